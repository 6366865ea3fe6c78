using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Popularity;

namespace Personalization.Decisions.Homepages;

/// <summary>
/// The homepage: named slots, filled one after the other, no item twice, each rail of a category another category. Where
/// the frontend names no slots, a layout is chosen for the person.
/// </summary>
public sealed class HomepageEngine(Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions, EngineOptions options) : IDecisionEngine
{
    private const int PerRail = 60;

    public DecisionEngine Engine => DecisionEngine.Homepage;

    public EngineOptions Options => options;

    public static (string Field, string Reason)? Fault(Ask ask)
    {
        if (ask is { User: null, Visitor: null }) return ("visitor", "is missing; a decision is for a user or a visitor");
        for (var i = 0; i < ask.Slots.Count; i++)
            if (!SlotName.TryParse(ask.Slots[i].Name, out _)) return ($"slots[{i}].name", $"must be one of {SlotName.Known}");
        return null;
    }

    public void Gather(Decision d)
    {
        Gathering.Exclude(d, d.Ask.Exclude);
        d.Hints.TakeCompanions(companions);
        if (d.Ask.Slots.Count == 0)
        {
            d.Layout = Layouts.Of(d.Hints);
            d.Ask.Slots.AddRange(Layouts.Slots(d.Layout));
        }

        Gathering.Met(d, Profiles.RecentItems.Kept);
        Span<ushort> rails = stackalloc ushort[d.Ask.Slots.Count];
        new Rails(d).Choose(rails);
        foreach (var rail in rails)
            if (rail != Pool.NoGroup) Gathering.Of(d, d.Shelf.Groups[rail], PerRail);
        Gathering.Everything(d);
        for (var i = 0; i < rails.Length; i++) d.Add(SlotOf(d, d.Ask.Slots[i], rails[i]));
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
