using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Events;

/// <summary>An intake over the embedded engine, sent bodies as a server would hand them over.</summary>
internal sealed class Sending : IAsyncDisposable
{
    private readonly Meter meter = new("tests");
    private readonly Salts salts;

    public Sending(ManualClock? clock = null, int partitions = 8, long backlog = 1_000_000, IStream? stream = null, EventOptions? options = null, EmbeddedStorage? storage = null, ISecrets? secrets = null)
    {
        Clock = clock ?? new();
        Storage = storage ?? InMemory.Storage(Clock, partitions, backlog);
        Options = options ?? new(TimeSpan.FromMinutes(5), TimeSpan.FromDays(7), 1000, 256);
        salts = Meeting.Salts(Storage.Documents, Clock, secrets);
        People = Meeting.People(Storage.Documents, Clock, salts);
        SignIns = Meeting.SignIns(Storage, Clock, salts, People, meter);
        Catalogue = new(Storage.Documents, Clock, new(TimeSpan.FromHours(1)));
        Ledger = new(Storage.Ledger);
        Audit = InMemory.Audit(Storage, Clock, meter);
        Exclusions = new(Storage.Documents, new(TimeSpan.FromHours(24)), Clock, meter);
        var policy = ConsentPolicy.Read(new([]));
        Intake = new(
            stream ?? Storage.Stream, Storage.Documents, Ledger, People, SignIns, Catalogue, policy, TcfOptions.Read(new([])),
            new PolicyEvaluations(Audit, policy, 0, Clock, meter), new DeadLetters(Storage.Documents, Clock, meter), new EventShapes(meter), Clock, Options);
    }

    public ManualClock Clock { get; }
    public EmbeddedStorage Storage { get; }
    public EventOptions Options { get; }
    public People People { get; }
    public SignIns SignIns { get; }
    public Catalogue Catalogue { get; }
    public ConsentLedger Ledger { get; }
    public AuditLog Audit { get; }
    public Personalization.Training.Exclusions Exclusions { get; }
    public EventIntake Intake { get; }

    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>The token handed out with the last answer.</summary>
    public string? Visitor { get; private set; }

    /// <summary>Lets time pass until the salt is over, or as long as is said, and rotates.</summary>
    public async Task Rotate(TimeSpan? after = null)
    {
        Clock.Advance(after ?? TimeSpan.FromDays(30));
        var keeper = Meeting.Keeper(Storage, Clock, salts, meter);
        if (after is null) await keeper.Tend(default);
        else await keeper.Rotate(null, default);
    }

    public async Task<IReadOnlyList<Result>> Send(string body, EventFormat format = EventFormat.Json, Vote consent = default)
    {
        var batch = Intake.Start() ?? throw new InvalidOperationException("as many at work as may be");
        var settled = false;
        try
        {
            Assert.True(EventBody.Read(batch.Events, Encoding.UTF8.GetBytes(body), format, Options.MaxBatch));
            batch.Consent = consent;
            RetryAfter = await Intake.Take(batch, default);
            settled = true;
            Visitor = batch.Visitor;
            return Results(EventAnswer.Of(batch.Events, batch.Visitor));
        }
        finally { Intake.Finish(batch, settled); }
    }

    public async Task<Result> One(string body, EventFormat format = EventFormat.Json, Vote consent = default) => Assert.Single(await Send(body, format, consent));

    /// <summary>What is in the stream, partition by partition.</summary>
    public IReadOnlyList<StreamedEvent> Streamed()
    {
        var keys = new KeyPool();
        return [.. Records().Select(r => StreamedEvent.TryRead(r.Body.Span, keys, out var e) ? e : throw new InvalidDataException("not an event"))];
    }

    public IReadOnlyList<DeliveredRecord> Records() =>
        [.. Enumerable.Range(0, Storage.Stream.Partitions).SelectMany(p => Storage.Stream.Read(StreamedEvent.Hub, p, 0, int.MaxValue).Records)];

    public static string View(string id, string visitor = "v", string item = "boot", string consent = """{"personalization":true}""", string more = "") =>
        $$"""{"id":"{{id}}","type":"view","visitor":"{{visitor}}","item":"{{item}}","consent":{{consent}}{{more}}}""";

    public static IReadOnlyList<Result> Results(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty("results").EnumerateArray().Select(r => new Result(Text(r, "id"), Text(r, "status")!, Text(r, "reason"), Text(r, "field")))];
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await Storage.DisposeAsync();
    }

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;
}

internal sealed record Result(string? Id, string Status, string? Reason, string? Field);
