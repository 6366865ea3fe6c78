using Personalization.Catalog;

namespace Personalization.Rules;

/// <summary>
/// Pairs of rules that contradict each other for some request. They are told to whoever publishes and refused to nobody:
/// the order of rules decides, and a contradiction may be meant.
/// </summary>
public static class RuleConflicts
{
    /// <summary>More than anybody reads.</summary>
    public const int MaxTold = 100;

    public static IReadOnlyList<RuleConflict> Find(CompiledRules rules, CatalogueSnapshot catalogue)
    {
        var found = new List<RuleConflict>();
        for (var i = 0; i < rules.Count; i++)
            for (var j = i + 1; j < rules.Count && found.Count < MaxTold; j++)
                if (rules[i].Scope.CanHoldWith(rules[j].Scope) && Between(rules[i], rules[j], catalogue) is { } conflict) found.Add(conflict);
        return found;
    }

    private static RuleConflict? Between(CompiledRule one, CompiledRule other, CatalogueSnapshot catalogue) => (one.Kind, other.Kind) switch
    {
        (RuleKind.Pin, RuleKind.Pin) => Pins(one, other),
        (RuleKind.Pin, RuleKind.Exclude or RuleKind.Filter) => Hidden(one, other, catalogue),
        (RuleKind.Exclude or RuleKind.Filter, RuleKind.Pin) => Hidden(other, one, catalogue),
        _ when Direction(one) * Direction(other) < 0 && one.Target.NamesWhat(other.Target) => new("boost-bury", one.Id, other.Id, null, null),
        _ => null,
    };

    private static RuleConflict? Pins(CompiledRule one, CompiledRule other)
    {
        for (var i = 0; i < one.Items.Length; i++)
        {
            var place = one.Position + i;
            var there = place - other.Position;
            if (there >= 0 && there < other.Items.Length && other.Items[there] != one.Items[i]) return new("pin-position", one.Id, other.Id, one.PinnedIds[i], place);
            if (Array.IndexOf(other.Items, one.Items[i]) is >= 0 and var twice && twice != there) return new("pin-twice", one.Id, other.Id, one.PinnedIds[i], place);
        }

        return null;
    }

    /// <summary>The first pinned item that the other rule keeps from being shown. Of an item that is not in the catalogue only its id is known.</summary>
    private static RuleConflict? Hidden(CompiledRule pin, CompiledRule other, CatalogueSnapshot catalogue)
    {
        var excludes = other.Kind == RuleKind.Exclude;
        for (var i = 0; i < pin.Items.Length; i++)
        {
            var item = catalogue.Find(pin.Items[i]);
            if (item is null && !other.Target.ByIdAlone) continue;
            var spoken = item is null ? other.Target.SpeaksOf(pin.Items[i]) : other.Target.SpeaksOf(item);
            if (spoken == excludes) return new(excludes ? "pin-exclude" : "pin-filter", pin.Id, other.Id, pin.PinnedIds[i], pin.Position + i);
        }

        return null;
    }

    private static int Direction(CompiledRule rule) => rule.Kind == RuleKind.Bury ? -1 : Math.Sign(rule.By);
}

/// <param name="Kind"><c>pin-position</c>, <c>pin-twice</c>, <c>pin-exclude</c>, <c>pin-filter</c> or <c>boost-bury</c>.</param>
/// <param name="Rule">One of the two, the pin where there is one.</param>
/// <param name="With">The other.</param>
/// <param name="Item">A pinned item it is about.</param>
/// <param name="Position">Where that is pinned.</param>
public sealed record RuleConflict(string Kind, string Rule, string With, string? Item, int? Position);
