using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Decisions;

/// <summary>Brings the marketers' rules that hold for a decision to it: which they are, which candidates and which slots each speaks of.</summary>
internal static class Ruling
{
    public static void Apply(Decision d)
    {
        if (d.Rules.Count == 0) return;
        Span<ushort> active = stackalloc ushort[CompiledRules.MaxActive];
        active = active[..Active(d, active)];
        // A pin is one for each of its items, which may be many: what keeps things from being shown is to have its place before.
        foreach (var rule in active)
            if (d.Rules[rule].Kind != RuleKind.Pin) Add(d, rule);
        foreach (var rule in active)
            if (d.Rules[rule].Kind == RuleKind.Pin) Add(d, rule);
        if (d.RuleCount == 0) return;
        Slots(d);
        Candidates(d);
    }

    private static int Active(Decision d, Span<ushort> active)
    {
        var segments = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(d.Segments);
        return d.Rules.Active(new() { Engine = d.Engine, Region = d.Ask.Region, Segments = segments, Channel = d.Ask.Channel, Device = d.Ask.Device, Now = d.At }, active);
    }

    /// <summary>Whether a rule holds by which another order may be the best: more is to be looked at than what scores best by itself.</summary>
    public static bool MayReorder(Decision d)
    {
        if (d.Rules.Count == 0) return false;
        Span<ushort> active = stackalloc ushort[CompiledRules.MaxActive];
        foreach (var rule in active[..Active(d, active)])
            if (d.Rules[rule].Kind != RuleKind.Pin) return true;
        return false;
    }

    /// <summary>A pin of several items is one for each, in places one after the other; they must be there to be pinned, but a search has only its own.</summary>
    private static void Add(Decision d, ushort rule)
    {
        var compiled = d.Rules[rule];
        if (compiled.Kind != RuleKind.Pin)
        {
            d.Add(rule, new(compiled.Kind, (float)compiled.By, 0, compiled.Most));
            return;
        }

        if (d.Engine != DecisionEngine.Search) Gathering.Take(d, compiled.Items);
        for (var i = 0; i < compiled.Items.Length; i++) d.Add(rule, new(RuleKind.Pin, 0, compiled.Position + i) { Item = compiled.Items[i].Value });
    }

    private static void Slots(Decision d)
    {
        foreach (ref var slot in d.Slots)
        {
            var (holds, name) = (0UL, CompiledRules.KeyOf(slot.Name));
            for (var r = 0; r < d.RuleCount; r++)
                if (d.Rules[d.Active[r]].SlotKeys is var slots && (slots.Length == 0 || Array.IndexOf(slots, name) >= 0)) holds |= 1UL << r;
            slot = slot with { Rules = holds };
        }
    }

    /// <summary>Which rules speak of which candidate. Rules that ask for a category and nothing else, which most do, only compare what is read of all candidates once.</summary>
    private static void Candidates(Decision d)
    {
        var (pool, count) = (d.Pool, d.Pool.Count);
        var categories = d.Categories(count);
        for (var i = 0; i < count; i++) (pool.Rules[i], categories[i]) = (0, Item(d, i)?.Category.Key ?? 0);
        Span<ushort> others = stackalloc ushort[CompiledRules.MaxActive];
        Span<byte> places = stackalloc byte[CompiledRules.MaxActive];
        var n = 0;
        for (var r = 0; r < d.RuleCount; r++)
        {
            if (d.Rules[d.Active[r]].Target.CategoryAlone is { } wanted) Compare(categories, wanted, pool.Rules, 1UL << r);
            else (others[n], places[n++]) = (d.Active[r], (byte)r);
        }

        for (var i = 0; i < count && n > 0; i++) pool.Rules[i] |= Speaking(d, i, others[..n], places);
    }

    /// <summary>Which of these rules speak of one candidate, by their places among the active ones.</summary>
    private static ulong Speaking(Decision d, int i, ReadOnlySpan<ushort> rules, ReadOnlySpan<byte> places)
    {
        var (key, speaking) = (new ItemKey(d.Pool.Keys[i]), 0UL);
        for (var bits = Item(d, i) is { } item ? d.Rules.Matches(item, rules) : d.Rules.Matches(key, rules); bits != 0; bits &= bits - 1)
        {
            var r = places[System.Numerics.BitOperations.TrailingZeroCount(bits)];
            // A pin of several items is one for each: this one is for its own.
            if (d.Effects[r].Kind != RuleKind.Pin || d.Effects[r].Item == key.Value) speaking |= 1UL << r;
        }

        return speaking;
    }

    private static DescribedItem? Item(Decision d, int i) => d.Pool.Places[i] is >= 0 and var place ? d.Shelf.Items[place] : d.Shelf.Items.Find(new ItemKey(d.Pool.Keys[i]));

    private static void Compare(ReadOnlySpan<ulong> categories, ulong wanted, ulong[] rules, ulong bit)
    {
        for (var i = 0; i < categories.Length; i++)
            if (categories[i] == wanted) rules[i] |= bit;
    }
}
