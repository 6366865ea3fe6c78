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

    private static void Candidates(Decision d)
    {
        var pins = 0UL;
        for (var r = 0; r < d.RuleCount; r++)
            if (d.Effects[r].Kind == RuleKind.Pin) pins |= 1UL << r;
        for (var i = 0; i < d.Pool.Count; i++)
        {
            var key = new ItemKey(d.Pool.Keys[i]);
            d.Pool.Rules[i] = d.Pool.Places[i] is >= 0 and var place ? d.Rules.Matches(d.Shelf.Items[place], d.Active)
                : d.Shelf.Items.Find(key) is { } newer ? d.Rules.Matches(newer, d.Active) : d.Rules.Matches(key, d.Active);
            for (var bits = d.Pool.Rules[i] & pins; bits != 0; bits &= bits - 1)
                if (d.Effects[System.Numerics.BitOperations.TrailingZeroCount(bits)].Item != d.Pool.Keys[i]) d.Pool.Rules[i] &= ~(bits & (~bits + 1));
        }
    }
}
