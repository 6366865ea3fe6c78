using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Candidates;
using Personalization.Identity;
using Personalization.Publishing;

namespace Personalization.Segments;

/// <summary>Chooses a tier for a decision and brings it what there is to choose from: prepared for many, or gathered for the one.</summary>
public sealed class Tiers(TierOptions options, SegmentBudget budget, Published<Reservations> reservations, TimeProvider time, Meter meter)
{
    private readonly PreparedPools pools = new(options.Prepared, time);
    private readonly Counter<long> asked = meter.CreateCounter<long>("personalization.tiers.prepared", description: "Answers from lists prepared for many, by whether the list was there");
    private readonly Counter<long> queued = meter.CreateCounter<long>("personalization.segments.queued", description: "People worth scoring alone for whom there was no place");
    private Decision? idle;

    public Load Load { get; } = new(options);

    /// <summary>Fills pool and slots; says how many of the candidates are described already.</summary>
    public int Gather(IDecisionEngine engine, Decision d)
    {
        var shape = engine.Shape(d);
        var (routed, segment) = Route(d, shape);
        (d.Tier, d.Why) = routed;
        if (d.Tier != Tier.Singleton && shape != 0 && options.On) return Together(engine, d, shape, segment);
        d.Gather(engine);
        return 0;
    }

    private (Routed Routed, Segment Segment) Route(Decision d, ulong shape)
    {
        var personal = d.Hints.Profile is not null && !d.HeldOut;
        var segment = personal && shape != 0 ? Segment.Of(d.Hints) : Segment.Everybody;
        var state = new TierState(personal, shape != 0, !segment.IsEverybody, personal ? MarginalValue.Of(d.Hints) : 0, Load.Now);
        var routed = TierRouter.Decide(state, options);
        // What cannot be answered together takes no place from anybody, and without a cap there is nothing to look up.
        if (options.Singletons > 0 && routed is { Tier: Tier.Singleton, Why: not TierReason.InPlace } && !budget.Admit(Whom(d), d.Ask.Channel, d.Hints.Now, reservations.Now))
        {
            queued.Add(1);
            routed = TierRouter.Together(state, TierReason.Queued);
        }

        return (routed, routed.Tier == Tier.Micro ? segment : Segment.Everybody);
    }

    // One place for all devices of a person.
    private static Subject Whom(Decision d) => d.Person.Members is { Count: > 1 } members ? members[0] : d.Subject;

    private int Together(IDecisionEngine engine, Decision d, ulong shape, in Segment segment)
    {
        var key = new PreparedKey(engine.Engine, shape, d.Shelf.PopularIn(d.Ask.Region) is null ? 0 : d.Ask.Region.Code, segment, segment.IsEverybody ? null : d.Ranker);
        var now = time.GetTimestamp();
        var found = pools.Find(key, d.Shelf, now);
        if (asked.Enabled) asked.Add(1, new KeyValuePair<string, object?>("found", found is not null));
        if (found is null) pools.Keep(key, found = Made(engine, d, segment, now, []), now);
        Gathering.Exclude(d, d.Ask.Exclude);
        if (Borrowing.From(found, d) is { } described) return described;
        d.Known.Clear();
        Gathering.Exclude(d, d.Ask.Exclude);
        return Borrowing.From(Made(engine, d, segment, now, d.Ask.Exclude), d) ?? 0;
    }

    private Prepared Made(IDecisionEngine engine, Decision d, in Segment segment, long now, IReadOnlyList<ItemKey> without)
    {
        var maker = Interlocked.Exchange(ref idle, null) ?? new();
        maker.Clear();
        maker.Ask.Exclude.AddRange(without);
        Preparing.Gather(engine, maker, d, segment);
        var made = Preparing.Of(maker, now + (long)(options.MicroFor.TotalSeconds * time.TimestampFrequency));
        idle = maker;
        return made;
    }
}
