namespace Personalization.Rules;

/// <summary>What is wrong with a rule set: the first field, by its path, and the reason. Null when nothing is.</summary>
public static class RuleCheck
{
    public const int MaxId = 100;
    public const int MaxNote = 1000;
    public const int MaxPosition = 100;

    public static (string Field, string Reason)? Fault(RuleSet set)
    {
        if (set.Note is { Length: > MaxNote }) return ("note", $"must have at most {MaxNote} characters");
        if (set.Rules is not { } rules) return ("rules", "is missing; an empty list takes every rule out of force");
        if (rules.Count > RuleSet.MaxRules) return ("rules", $"must be at most {RuleSet.MaxRules}");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is not { } rule) return ($"rules[{i}]", "is null; every element is a rule");
            if ((Named(rule, ids) ?? Does(rule) ?? When(rule.When) ?? RuleItemsCheck.Fault(rule)) is var (field, reason)) return ($"rules[{i}].{field}", reason);
        }

        return null;
    }

    private static (string, string)? Named(Rule rule, HashSet<string> ids) => rule switch
    {
        { Id: null or { Length: 0 or > MaxId } } => ("id", $"must have 1 to {MaxId} characters"),
        _ when !ids.Add(rule.Id) => ("id", "is that of an earlier rule"),
        _ when RuleKinds.Of(rule.Kind) is null => ("kind", $"must be one of {string.Join(", ", RuleKinds.Names)}"),
        _ => null,
    };

    private static (string, string)? Does(Rule rule) => RuleKinds.Of(rule.Kind) switch
    {
        not RuleKind.Pin when rule.Position is not null => ("position", "belongs to a pin only"),
        not (RuleKind.Boost or RuleKind.Promote) when rule.By is not null => ("by", "belongs to a boost or a promotion only"),
        not RuleKind.Diversify when rule.Most is not null => ("most", "belongs to diversify only"),
        RuleKind.Pin when rule.Position is < 1 or > MaxPosition => ("position", $"must be between 1 and {MaxPosition}"),
        RuleKind.Boost when rule.By is null => ("by", "is missing; it says how much a boost adds"),
        RuleKind.Boost when rule.By is not (>= -1 and <= 1 and not 0) => ("by", "must be between -1 and 1, and not 0"),
        RuleKind.Promote when rule.By is not (null or (> 0 and <= 1)) => ("by", "must be more than 0 and at most 1"),
        RuleKind.Diversify when rule.Most is null => ("most", "is missing; it says how many of one category a slot holds"),
        RuleKind.Diversify when rule.Most is < 1 or > MaxPosition => ("most", $"must be between 1 and {MaxPosition}"),
        _ => null,
    };

    private static (string, string)? When(RuleConditions? when)
    {
        if (when is null) return null;
        return RuleTexts.Fault("when.engines", when.Engines) ?? Unknown(when.Engines)
            ?? RuleTexts.Fault("when.slots", when.Slots) ?? RuleTexts.Fault("when.regions", when.Regions) ?? NoRegion(when.Regions)
            ?? RuleTexts.Fault("when.segments", when.Segments) ?? RuleTexts.Fault("when.channels", when.Channels) ?? RuleTexts.Fault("when.devices", when.Devices)
            ?? Times(when);
    }

    private static (string, string)? Unknown(IReadOnlyList<string>? engines)
    {
        for (var i = 0; i < engines?.Count; i++)
            if (RuleKinds.Engine(engines[i]) is null) return ($"when.engines[{i}]", $"must be one of {string.Join(", ", RuleKinds.Engines)}");
        return null;
    }

    private static (string, string)? NoRegion(IReadOnlyList<string>? regions)
    {
        for (var i = 0; i < regions?.Count; i++)
            if (!Consent.Region.TryParse(regions[i], out _)) return ($"when.regions[{i}]", "must be a country or part of one by ISO 3166, such as DE or US-CA");
        return null;
    }

    private static (string, string)? Times(RuleConditions when)
    {
        const string Form = "must be a time with its offset, such as 2026-03-14T15:09:26Z";
        if (when.From is not null && RuleTexts.Time(when.From) is null) return ("when.from", Form);
        if (when.Until is not null && RuleTexts.Time(when.Until) is null) return ("when.until", Form);
        return RuleTexts.Time(when.From) >= RuleTexts.Time(when.Until) ? ("when.until", "must be after from") : null;
    }
}
