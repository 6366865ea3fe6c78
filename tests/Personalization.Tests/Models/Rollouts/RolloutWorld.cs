using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Models;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Training;

namespace Personalization.Tests.Models.Rollouts;

/// <summary>Models, rollouts and processes over one storage in memory.</summary>
internal sealed class RolloutWorld : IAsyncDisposable
{
    private readonly Meter meter = new("rollouts");
    private readonly MeterListener listener = new();

    public RolloutWorld()
    {
        Storage = InMemory.Storage(Clock);
        listener.InstrumentPublished = (i, l) => { if (i.Meter == meter && i.Name.EndsWith("models.broken", StringComparison.Ordinal)) l.EnableMeasurementEvents(i); };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => { lock (Told) Told.Add((string?)tags[0].Value); });
        listener.Start();
        Audit = InMemory.Audit(Storage, Clock, meter);
        Registry = new(Storage.Documents, new(Storage.Blobs), Clock);
    }

    public ManualClock Clock { get; } = new();

    public Meter Meter => meter;

    public EmbeddedStorage Storage { get; }

    public AuditLog Audit { get; }

    public ModelRegistry Registry { get; }

    /// <summary>What was wrong with models that could not be loaded.</summary>
    public List<string?> Told { get; } = [];

    public GateOptions Gates { get; } = GateOptions.Read(new([]));

    public Exclusions Exclusions => new(Storage.Documents, new(TimeSpan.FromHours(24)), Clock, meter);

    public Personalization.Publishing.Published<Rollout> Rollouts(IDocuments? documents = null) => new(documents ?? Storage.Documents, Rollout.Artefact, Clock, meter);

    /// <summary>The desk as another process has it.</summary>
    public RolloutDesk Desk(IDocuments? documents = null) => new(
        new(documents ?? Storage.Documents, new(Storage.Blobs), Clock), Rollouts(documents), new(documents ?? Storage.Documents, new(TimeSpan.FromHours(24)), Clock, meter), Gates, documents is null ? Audit : InMemory.Audit(Storage, Clock, meter, documents), Clock);

    public ServedModels Process(IBlobs? blobs = null) => new(new(blobs ?? Storage.Blobs), Rollouts(), Clock, meter);

    /// <summary>Registers models that are as good as each other, a minute apart.</summary>
    public async Task Register(params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            await Registry.Keep(Learn.TwoKinds(name), Cards.Good(), default);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>A move that must be done, a minute after the last.</summary>
    public async Task<Rollout> Promote(string model, string to, double share = 0)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        return Assert.IsType<RolloutOutcome.Done>(await Desk().Promote(model, RolloutStages.Find(to)!.Value, share, "test", default)).Rollout;
    }

    public async Task<Rollout> Rollback(string model)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        return Assert.IsType<RolloutOutcome.Done>(await Desk().Rollback(model, "test", default)).Rollout;
    }

    /// <summary>Each model's state, in the order they are asked for.</summary>
    public async Task<string> States(params IReadOnlyList<string> names)
    {
        var desk = Desk();
        var (now, named) = (await desk.Now(default), await desk.History.Named(default));
        return string.Join(' ', names.Select(n => RolloutStages.Of(n, now, named).Name()));
    }

    /// <summary>The process after what it looks at beside its callers, within five seconds.</summary>
    public async Task<Lineup> Later(ServedModels process, Predicate<Lineup> awaited)
    {
        Clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < 1_000_000 && !awaited(process.Lineup); n++) await Task.Yield();
        Assert.True(awaited(process.Lineup));
        return process.Lineup;
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        meter.Dispose();
        return Storage.DisposeAsync();
    }
}
