namespace Personalization.Catalog;

/// <summary>What is wrong with an item, as field and reason; null when nothing is.</summary>
public static class ItemCheck
{
    public const int MaxId = 256;
    public const int MaxText = 200;
    public const int MaxAttributes = 50;

    public static (string Field, string Reason)? Fault(Item? item) => item switch
    {
        null => ("", "is null; every element is an item"),
        { Id: null or { Length: 0 or > MaxId } } => ("id", $"must have 1 to {MaxId} characters"),
        { Category: null or { Length: 0 or > MaxText } } => ("category", $"must have 1 to {MaxText} characters"),
        { Brand.Length: > MaxText } => ("brand", $"must have at most {MaxText} characters"),
        { Price: < 0 } => ("price", "must not be negative"),
        { Price: not null, Currency: null } => ("currency", "is missing; a price has a currency"),
        { Currency: not null } when !IsCurrency(item.Currency) => ("currency", "must be three capital letters (ISO 4217)"),
        { Attributes.Count: > MaxAttributes } => ("attributes", $"must be at most {MaxAttributes}"),
        _ when item.Attributes?.Any(a => a.Key.Length > MaxText || a.Value is null or { Length: > MaxText }) == true =>
            ("attributes", $"must have names and values of at most {MaxText} characters"),
        _ => null,
    };

    public static (string Field, string Reason)? Fault(ItemChange? change) => change switch
    {
        null => ("", "is null; every element is a change"),
        { Id: null or { Length: 0 or > MaxId } } => ("id", $"must have 1 to {MaxId} characters"),
        { Available: null, Price: null } => ("available", "or price is needed; else nothing changes"),
        { Price: < 0 } => ("price", "must not be negative"),
        { Price: not null, Currency: null } => ("currency", "is missing; a price has a currency"),
        { Currency: not null } when !IsCurrency(change.Currency) => ("currency", "must be three capital letters (ISO 4217)"),
        _ => null,
    };

    internal static bool IsCurrency(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);
}
