using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Popularity;
using Personalization.Rules;

namespace Personalization.Decisions.Homepages;

/// <summary>
/// The homepage: named slots, filled one after the other, no item twice, each rail of a category another category. Where
/// the frontend names no slots, a layout is chosen for the person.
/// </summary>
public sealed class HomepageEngine(Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions, EngineOptions options) : IDecisionEngine
{
    private const int PerRail = 60;

    /// <summary>An odd number whose bits are spread: the order of the slots counts.</summary>
    private const ulong Mixing = 0x9E3779B97F4A7C15;

    public DecisionEngine Engine => DecisionEngine.Homepage;

    public EngineOptions Options => options;

    public static (string Field, string Reason)? Fault(Ask ask)
    {
        for (var i = 0; i < ask.Slots.Count; i++)
            if (!SlotName.TryParse(ask.Slots[i].Name, out _)) return ($"slots[{i}].name", $"must be one of {SlotName.Known}");
        return null;
    }

    public ulong Shape(Decision d)
    {
        Lay(d);
        var shape = 1UL;
        foreach (var slot in d.Ask.Slots) shape = ((System.Numerics.BitOperations.RotateLeft(shape, 7) ^ CompiledRules.KeyOf(slot.Name)) * Mixing) + (uint)(slot.Count ?? 0);
        // 0 would say that it is like no other.
        return shape == 0 ? 1 : shape;
    }

    public void Gather(Decision d)
    {
        Gathering.Exclude(d, d.Ask.Exclude);
        d.Hints.TakeCompanions(companions);
        Lay(d);
        Gathering.Met(d, Profiles.RecentItems.Kept);
        Span<ushort> rails = stackalloc ushort[d.Ask.Slots.Count];
        new Rails(d).Choose(rails);
        foreach (var rail in rails)
            if (rail != Pool.NoGroup) Gathering.Of(d, d.Shelf.Groups[rail], PerRail);
        Gathering.Learned(d);
        Gathering.Everything(d);
        for (var i = 0; i < rails.Length; i++) d.Add(SlotOf(d, d.Ask.Slots[i], rails[i]));
    }

    private static void Lay(Decision d)
    {
        if (d.Ask.Slots.Count > 0) return;
        d.Layout = Layouts.Of(d.Hints);
        d.Ask.Slots.AddRange(Layouts.Slots(d.Layout));
    }

    private Slot SlotOf(Decision d, WantedSlot wanted, ushort rail)
    {
        _ = SlotName.TryParse(wanted.Name, out var name);
        var count = wanted.Count ?? name.Standard;
        var most = options.Diversifier == Diversifier.Spread && rail == Pool.NoGroup ? Recommending.RecommendationEngine.Spread(count) : 0;
        var personal = d.Hints.Speak ? d.Ranker ?? options.Ranker : Fallbacks.Of(options.Fallback);
        return name.Kind switch
        {
            SlotKind.Trending => new(wanted.Name, count, Rankers.Trending) { Most = most },
            SlotKind.Popular => new(wanted.Name, count, Rankers.Popular) { Most = most },
            SlotKind.Recent => new(wanted.Name, count, Rankers.Recent) { Needs = 1u << (int)Column.Seen },
            // A category nobody has anything of is an empty rail, not one of something else.
            SlotKind.Category => new(wanted.Name, rail == Pool.NoGroup ? 0 : count, personal) { Group = rail },
            _ => new(wanted.Name, count, personal) { Most = most },
        };
    }
}
