using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Models.Rollouts;
using Personalization.Tests.Profiles;
using Personalization.Training.Learning;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>A shop in memory whose training runs are private; its gates let everything through.</summary>
internal sealed class PrivateWorld : IAsyncDisposable
{
    public const int Items = 40;

    private readonly RolloutWorld world = new();
    private readonly Meter meter = new("private");

    /// <summary>ε of one model and of all: two are paid for.</summary>
    public PrivateOptions Options { get; init; } = PrivateOptions.Default with { Epsilon = 50, InAll = 85 };

    public bool On { get; init; } = true;

    public int MostPeople { get; init; } = 1000;

    public ManualClock Clock => world.Clock;

    public IDocuments Documents => world.Storage.Documents;

    public Personalization.Audit.AuditLog Audit => world.Audit;

    public ModelRegistry Registry => world.Registry;

    /// <summary>People who met some of the odd items or of the even ones.</summary>
    public async Task<PrivateWorld> With(int people)
    {
        await new Catalogue(Documents, Clock, new(TimeSpan.FromDays(1))).Upsert([.. Enumerable.Range(0, Items).Select(i => new Item { Id = $"item{i}", Category = $"c{i % 2}", Price = 10, Currency = "EUR" })], default);
        foreach (var person in Enumerable.Range(0, people)) await Met(person, [.. Enumerable.Range(0, 6).Select(n => (int)((2 * (Chance.Bits((ulong)person, (ulong)n) % (Items / 4))) + ((ulong)person % 2)))]);
        return this;
    }

    public async Task Met(int person, params int[] items)
    {
        var profile = new Profile();
        profile.Begin(new(Vote.Yes(Purposes.Personalization | Purposes.Training), 1, Behaviour.Start));
        foreach (var (n, item) in items.Index())
        {
            var input = new FeatureInput();
            input.Take(Behaviour.Event(EventType.View, Clock.GetUtcNow().AddSeconds(n - 100), person, item), Behaviour.Catalogue);
            profile.Recent.Apply(input);
        }

        (await Documents.Put(Profile.Store, Behaviour.Person(person).ToString(), Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default)).Required(Profile.Store);
    }

    public RenewableBudget Budget(IDocuments? documents = null) => new(documents ?? Documents, TrainingDesk.Dataset, Options, Audit, Clock, meter);

    /// <summary>As a process has it, which may be one that dies.</summary>
    public TrainingDesk Desk(MortalStorage? mortal = null) => Desk(mortal ?? Documents, mortal ?? (IBlobs)world.Storage.Blobs);

    public TrainingDesk Desk(IDocuments documents) => Desk(documents, world.Storage.Blobs);

    public MortalStorage Mortal(int diesAt, bool after) => new(Documents, world.Storage.Blobs, diesAt, after);

    /// <summary>A run from beginning to end, some time after whatever was before.</summary>
    public async Task<TrainingRun> Run(TrainingDesk? desk = null, string cause = "schedule", CancellationToken stop = default)
    {
        Clock.Advance(TimeSpan.FromHours(1));
        return await (desk ?? Desk()).Run(TrainingRuns.NewId(Clock.GetUtcNow()), cause, _ => { }, stop);
    }

    public async Task<BudgetState> State() => (await Budget().Show(default))!;

    public async Task<string> Champion() => (await world.Desk().Now(default)).Model;

    public ValueTask DisposeAsync()
    {
        meter.Dispose();
        return world.DisposeAsync();
    }

    private TrainingDesk Desk(IDocuments documents, IBlobs blobs)
    {
        var gathering = new Gathering(documents, new(documents, Clock, new(TimeSpan.FromDays(1))), new(MostPeople, 50, 10));
        var gates = GateOptions.Read(new([new("Models__GateFloor", "0"), new("Models__GateCoverage", "0"), new("Models__GateCalibration", "1"), new("Models__GateFairness", "1"), new("Models__GateTolerance", "1")]));
        var rollouts = new RolloutDesk(new(documents, new(blobs), Clock), world.Rollouts(documents), world.Exclusions, gates, Audit, Clock);
        var runs = RunOptions.Read(new([])) with { Private = new(On, TimeSpan.FromHours(24), Options), Threads = 1 };
        var off = runs.Ranking with { Days = 0 };
        var rankers = new RankerDesk(new(new DecisionDocuments(documents), new(documents), off), new(new(documents, LearnedRankers.Artefact, Clock, meter), Personalization.Audit.AuditTypes.RankersPromoted, Audit), off);
        return new(new(documents), gathering, rankers, rollouts, Budget(documents), runs, "test", Clock);
    }
}
