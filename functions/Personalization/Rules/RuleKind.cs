using Personalization.Decisions;

namespace Personalization.Rules;

/// <summary>What a rule does to the items it speaks of.</summary>
public enum RuleKind : byte
{
    /// <summary>They stand at a given place.</summary>
    Pin,

    /// <summary>They score higher, or lower by a negative amount.</summary>
    Boost,

    /// <summary>They come last.</summary>
    Bury,

    /// <summary>They are not shown.</summary>
    Exclude,

    /// <summary>Only they are shown.</summary>
    Filter,

    /// <summary>At most so many of one category are in a slot.</summary>
    Diversify,

    /// <summary>A boost of categories.</summary>
    Promote,
}

/// <summary>Kinds and engines as they are written.</summary>
public static class RuleKinds
{
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetNames<RuleKind>().Select(n => n.ToLowerInvariant())];

    public static readonly IReadOnlyList<string> Engines = [.. Enum.GetNames<DecisionEngine>().Select(n => n.ToLowerInvariant())];

    public static RuleKind? Of(string? name) => Place(Names, name) is >= 0 and var place ? (RuleKind)place : null;

    public static DecisionEngine? Engine(string? name) => Place(Engines, name) is >= 0 and var place ? (DecisionEngine)place : null;

    private static int Place(IReadOnlyList<string> names, string? name)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == name) return i;
        return -1;
    }
}
