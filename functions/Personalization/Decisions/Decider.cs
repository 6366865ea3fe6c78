using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Personalization.Decisions.Answering;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Models;
using Personalization.Profiles;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Segments;

namespace Personalization.Decisions;

/// <summary>
/// The steps of every decision, in order: who, what they allow, whether they are held out, what there is, what is known of
/// it, rules, choice, answer, log. There is always an answer; whatever cannot be read in time makes it a degraded one.
/// </summary>
public sealed class Decider(ProfileLookup people, Shelves shelves, Published<CompiledRules> rules, Published<LearnedRankers> learned, ExperimentStep experiments, DecisionIds ids, DecisionLogWriter log, Tiers tiers, ServedModels models, ModelTrials trials, TimeProvider time, DecisionOptions options, Meter meter)
{
    private readonly ConcurrentBag<Decision> idle = [];
    private readonly Repeats repeats = new(options.RepeatFor, time);
    private readonly Counter<long> repeated = meter.CreateCounter<long>("personalization.decisions.repeated", description: "Questions asked again and answered as they were");
    private readonly Counter<long> made = meter.CreateCounter<long>("personalization.decisions", description: "Decisions, by engine, tier and why that tier");
    private readonly Counter<long> degraded = meter.CreateCounter<long>("personalization.decisions.degraded", description: "Decisions answered without something that should have been read, such as the person's profile");

    /// <summary>Something to decide with; given back by <see cref="Return"/>.</summary>
    public Decision Rent()
    {
        tiers.Load.Enter();
        if (!idle.TryTake(out var d)) d = new();
        d.Clear();
        return d;
    }

    public void Return(Decision d)
    {
        tiers.Load.Leave();
        people.Return(d.Person);
        d.Person = default;
        d.Body = default;
        d.Release();
        if (d.Pool.Room <= KeptRoom && d.Ask.Candidates.Capacity <= KeptRoom) idle.Add(d);
    }

    /// <summary>Answers what was asked; the answer is in <see cref="Decision.Answer"/>.</summary>
    public async ValueTask Decide(IDecisionEngine engine, Decision d, CancellationToken stop)
    {
        d.At = time.GetUtcNow();
        // Both begin before anything is waited for: of what is slow at once the longest counts and not the sum.
        var running = experiments.InForce(stop);
        var ruling = rules.Fresh(stop);
        d.Person = await people.Find(d.Ask.User, d.Ask.Visitor, stop);
        d.Subject = d.Person.Subject ?? Subject.Random();
        await experiments.Assign(await running, engine, d, people, stop);
        d.Rules = await ruling;
        var lineup = models.Lineup;
        (d.Shelf, d.Model, d.Learned) = (shelves.Now, lineup.For(d.Person.Subject), learned.Now);
        var asked = repeats.TagOf(engine, d);
        if (repeats.Find(asked, d))
        {
            repeated.Add(1);
            return;
        }

        var began = time.GetTimestamp();
        Settle(engine, d);
        var took = time.GetElapsedTime(began);
        tiers.Load.Took(took);
        trials.Made(lineup, d, took);
        experiments.Note(d);
        repeats.Keep(asked, d);
    }

    /// <summary>Somebody was erased: their last answers are not given again.</summary>
    public void Forget(Subject subject) => repeats.Forget(subject);

    /// <summary>Everything after the reading: nothing in here waits.</summary>
    private void Settle(IDecisionEngine engine, Decision d)
    {
        d.Id = ids.New(d.Subject, d.At);
        d.Explore = engine.Engine == DecisionEngine.Search ? options.ExploreSearch : options.Explore;
        Make(engine, d, tiers);
        log.Note(d.Subject, d.Id, d.Record.Written);
        if (made.Enabled) made.Add(1, new("engine", DecisionNames.Of(d.Engine)), new("tier", DecisionNames.Of(d.Tier)), new("why", DecisionNames.Of(d.Why)));
        if (d.Degraded) degraded.Add(1, new KeyValuePair<string, object?>("engine", DecisionNames.Of(d.Engine)));
    }

    /// <summary>The decision itself, of what was read and nothing else. Without tiers everything is scored for itself.</summary>
    internal static void Make(IDecisionEngine engine, Decision d, Tiers? tiers = null)
    {
        d.Engine = engine.Engine;
        if ((d.Ranker ?? engine.Options.Ranker) == Rankers.Learned) d.Ranker = d.Learned.For(engine.Engine);
        d.Versions = DecisionVersions.Of(d.Model.Model.Name, d.Rules.Version, d.Versions.Experiments);
        d.Degraded = d.Person.Why == Fallback.ProfileUnavailable || d.Model.Missing;
        d.Hints.Begin(d.Person.Profile, d.Person.Vault, d.Ask.Region, FeatureInput.Seconds(d.At.ToUnixTimeMilliseconds()));
        d.Buying = d.Hints.Intent;
        PersonSegments.Find(d.Hints, d.Shelf, d.Segments);
        var described = tiers?.Gather(engine, d) ?? Alone(engine, d);
        Ruling.Apply(d);
        Describing.All(d.Pool, d.Hints, d.Taste, d.Shelf, described);
        d.Arrange(d.Id.Nonce);
        d.Fallback = FallbackOf(d);
        DecisionAnswer.Write(d);
        DecisionRecord.Write(d);
    }

    private static int Alone(IDecisionEngine engine, Decision d)
    {
        (d.Tier, d.Why) = d.Hints.Profile is null ? (Tier.Macro, TierReason.NothingPersonal) : (Tier.Singleton, TierReason.InPlace);
        d.Gather(engine);
        return 0;
    }

    private static Fallback FallbackOf(Decision d) => d switch
    {
        { Shelf.Count: 0, Engine: not DecisionEngine.Search } => Fallback.EmptyCatalogue,
        { Placed.Count: 0 } => Fallback.NothingMatches,
        { Person.Why: not Fallback.None and var why } when why != Fallback.UnknownPerson || !d.Hints.Speak => why,
        { Hints.Speak: false } or { Tier: Tier.Macro, Why: not TierReason.NothingPersonal } => Fallback.NoAffinity,
        { Model.Missing: true } => Fallback.ModelUnavailable,
        _ => Fallback.None,
    };

    /// <summary>One decision over ten thousand candidates is not to keep its room for good.</summary>
    private const int KeptRoom = 2048;
}
