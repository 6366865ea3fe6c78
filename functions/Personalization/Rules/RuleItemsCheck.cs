using Personalization.Catalog;

namespace Personalization.Rules;

/// <summary>What is wrong with the items a rule speaks of.</summary>
internal static class RuleItemsCheck
{
    public const int MaxIds = 1000;
    private const int MaxAttributes = 10;

    public static (string Field, string Reason)? Fault(Rule rule)
    {
        var kind = RuleKinds.Of(rule.Kind);
        if (rule.Items is not { } items)
            return kind switch { RuleKind.Diversify => null, RuleKind.Pin => ("items.ids", "is missing; a pin is of given items"), RuleKind.Promote => ("items.categories", "is missing; a promotion is of categories"), _ => ("items", "is missing; the rule would speak of everything") };
        return Lists(items) ?? Attributes(items.Attributes) ?? Price(items) ?? Fits(kind, items);
    }

    private static (string, string)? Lists(RuleItems items) =>
        RuleTexts.Fault("items.ids", items.Ids, MaxIds, ItemCheck.MaxId) ?? RuleTexts.Fault("items.categories", items.Categories) ?? RuleTexts.Fault("items.brands", items.Brands);

    private static (string, string)? Attributes(IReadOnlyDictionary<string, string>? attributes) => attributes switch
    {
        null => null,
        { Count: 0 } => ("items.attributes", "is empty; leave it out"),
        { Count: > MaxAttributes } => ("items.attributes", $"must be at most {MaxAttributes}"),
        _ when attributes.Any(a => a.Key.Length is 0 or > ItemCheck.MaxText || a.Value is null or { Length: > ItemCheck.MaxText }) =>
            ("items.attributes", $"must have names and values of at most {ItemCheck.MaxText} characters"),
        _ => null,
    };

    private static (string, string)? Price(RuleItems items) => items switch
    {
        { PriceFrom: < 0 } => ("items.priceFrom", "must not be negative"),
        { PriceTo: < 0 } => ("items.priceTo", "must not be negative"),
        _ when items.PriceFrom > items.PriceTo => ("items.priceTo", "must not be less than priceFrom"),
        { PriceFrom: null, PriceTo: null, Currency: not null } => ("items.currency", "belongs to a price"),
        { PriceFrom: null, PriceTo: null } => null,
        { Currency: null } => ("items.currency", "is missing; a price has a currency"),
        _ when !ItemCheck.IsCurrency(items.Currency) => ("items.currency", "must be three capital letters (ISO 4217)"),
        _ => null,
    };

    private static (string, string)? Fits(RuleKind? kind, RuleItems items) => kind switch
    {
        RuleKind.Pin when items.Ids is null => ("items.ids", "is missing; a pin is of given items"),
        RuleKind.Pin when items.Ids.Count > RuleCheck.MaxPosition => ("items.ids", $"must hold at most {RuleCheck.MaxPosition}; a pin is of given places"),
        RuleKind.Pin when items is not { Categories: null, Brands: null, Attributes: null, Currency: null } => ("items", "holds more than ids; a pin is of given items"),
        RuleKind.Promote when items.Categories is null => ("items.categories", "is missing; a promotion is of categories"),
        not RuleKind.Diversify when items is { Ids: null, Categories: null, Brands: null, Attributes: null, Currency: null } => ("items", "is empty; the rule would speak of everything"),
        _ => null,
    };
}
