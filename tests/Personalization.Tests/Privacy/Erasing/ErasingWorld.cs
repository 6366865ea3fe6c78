using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Experiments;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Messages.Caps;
using Personalization.Privacy.Erasing;
using Personalization.Privacy.Exporting;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Consent;
using Personalization.Tests.Events;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>People who came in through the real intake and left something in every store there is.</summary>
internal sealed class ErasingWorld : IAsyncDisposable
{
    public static readonly StoreRegistry Stores = Composition.Stores;

    private const string All = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true}""";

    private readonly Meter meter = new("tests");
    private readonly Dictionary<int, long> applied = [];
    private int events;

    public ErasingWorld(string? directory = null)
    {
        Storage = EmbeddedStorage.Open(new() { Directory = directory, StreamPartitions = 4, SegmentBytes = 64 * 1024, CompactAfterBytes = 64 * 1024 }, Stores, Clock);
        Sending = new(Clock, storage: Storage, secrets: Secrets);
        Letters = new(Storage.Documents, Clock, meter);
        Featurizer = Featurizing(Storage.Documents);
        Desk = DeskOf(Sending);
    }

    public ManualClock Clock { get; } = new();
    public MemorySecrets Secrets { get; } = new();
    public EmbeddedStorage Storage { get; }
    public Sending Sending { get; }
    public DeadLetters Letters { get; }
    public Featurizer Featurizer { get; }
    public ConsentDesk Desk { get; }
    public People People => Sending.People;

    public Featurizer Featurizing(IDocuments documents) =>
        new(documents, Sending.Catalogue, Letters, (subject, stop) => Sending.Ledger.Remembered(subject, ConsentState.None, stop), Clock, meter);

    public Eraser Eraser(IDocuments? documents = null, ILedger? ledger = null, IBlobs? blobs = null) => new(
        Stores, new(documents ?? Storage.Documents, ledger ?? Storage.Ledger, blobs ?? Storage.Blobs, Storage), Meeting.Rules, PrivacyParts.Last,
        subject =>
        {
            Sending.People.Forget(subject);
            Sending.SignIns.Forget();
        },
        Clock);

    /// <summary>Another process over the same stores, with a memory of its own.</summary>
    public Sending Elsewhere(IStream? stream = null) => new(Clock, storage: Storage, secrets: Secrets, stream: stream);

    public ConsentDesk DeskOf(Sending sending, IDocuments? documents = null) => new(sending.Ledger, new(documents ?? Storage.Documents, Clock), sending.People, ConsentPolicyTests.Read(), TcfOptions.Read(new([])), Clock, sending.Audit, sending.Exclusions, Storage.Persons(Clock, documents));

    /// <summary>What is done before the wait.</summary>
    public async Task Begin(params Subject[] subjects)
    {
        foreach (var subject in subjects)
        {
            await Eraser().Tombstone(subject, default);
            await Eraser().Delete(subject, default);
        }
    }

    /// <summary>Everything from the first look to the last, as a workflow would do it.</summary>
    public async Task<IReadOnlyList<StoreCount>> Erase(params Subject[] subjects)
    {
        var (eraser, counts) = (Eraser(), new List<IReadOnlyList<StoreCount>>());
        foreach (var subject in subjects) await eraser.Tombstone(subject, default);
        foreach (var subject in subjects) counts.Add(await eraser.Delete(subject, default));
        Clock.Advance(eraser.Retention.Wait);
        foreach (var subject in subjects)
        {
            counts.Add(await eraser.Delete(subject, default));
            Assert.All(await eraser.Left(subject, default), c => Assert.Equal(0, c.Found));
            Assert.True(await eraser.StreamIsClear(subject, default));
            counts.Add(await eraser.Finish(subject, default));
            counts.Add([await eraser.Release([subject], "erasure", default)]);
        }

        return StoreCount.Sum(counts);
    }

    /// <summary>Somebody who is known as three subjects, under two salts, and about whom there is a question as well.</summary>
    public async Task<Subject[]> Live(string name)
    {
        await Sending.Catalogue.Upsert([.. Enumerable.Range(0, 4).Select(i => new Item { Id = $"item{i}", Category = $"boots{i % 2}", Brand = "acme", Price = 10, Currency = "EUR" })], default);
        await Seen(null, $"{name}-laptop", "view");
        await Seen($"{name}-user", $"{name}-laptop", "view");
        await Seen($"{name}-user", null, "purchase", ""","value":12.5""");
        await Seen($"{name}-user", null, "search", ""","query":"boots","context":{"region":"DE"}""");
        await Seen(null, $"{name}-tablet", "view");
        await Seen($"{name}-user", $"{name}-tablet", "view");
        await Seen($"{name}-friend", $"{name}-tablet", "view");
        await Desk.Put(new() { User = $"{name}-user", Purposes = new() { Personalization = true, Sensitive = true, Location = true }, Source = "banner", NoticeVersion = "1" }, Vote.Silent, default);
        await Pump();
        await Sending.Rotate(TimeSpan.FromHours(1));
        await Seen($"{name}-user", $"{name}-laptop", "view");
        await Pump();
        Subject[] whole = [People.Of($"{name}-user", null), People.Of(null, $"{name}-laptop"), People.Of(null, $"{name}-tablet")];
        foreach (var subject in whole)
        {
            await Storage.Blobs.Put(Exports.Files, $"{subject}/access.json", "what is kept"u8.ToArray(), default);
            await Storage.Documents.Put(Exports.Keys, $"{subject}", "access", "a share"u8.ToArray(), Condition.None, null, default);
            await Storage.Stream.Publish(StreamedEvent.Hub, subject.Partition(4), [new($"{subject}", "no event at all"u8.ToArray())], default);
            var decision = new LoggedDecision(subject, new DecisionIds(Secrets, Clock).New(subject, Clock.GetUtcNow()), "what was decided"u8.ToArray());
            foreach (var log in new IDecisionLog[] { new DecisionDocuments(Storage.Documents), new DecisionRecords(Storage.Stream) }) Assert.True((await log.Append([decision], default)).Ok);
            await Replaying().Start(new(), $"{subject}", default);
            await Storage.Documents.Put(ExposureRow.Store, $"{subject}", ExposureRow.Id, "what they saw"u8.ToArray(), Condition.None, null, default);
            Assert.True(await new CapSheets(Storage.Documents).Write(subject, CapSheet.None with { Joined = [subject] }, Condition.Absent, default));
            Assert.True(await new Holds(Storage.Documents).Take([subject], "erasure", default));
        }

        await Pump();
        return whole;
    }

    public async Task Seen(string? user, string? visitor, string type, string more = "")
    {
        var who = string.Join(',', new[] { user is null ? null : $"\"user\":\"{user}\"", visitor is null ? null : $"\"visitor\":\"{visitor}\"" }.Where(t => t is not null));
        var item = type == "search" ? "" : ",\"item\":\"item1\"";
        Assert.Equal("accepted", (await Sending.One($$"""{"id":"e{{events++}}","type":"{{type}}",{{who}}{{item}},"consent":{{All}}{{more}}}""")).Status);
    }

    /// <summary>Lets everything in the stream have its effect.</summary>
    public async Task Pump(Featurizer? featurizer = null)
    {
        for (var p = 0; p < 4; p++)
        {
            var page = Storage.Stream.Read(StreamedEvent.Hub, p, applied.GetValueOrDefault(p), 10_000);
            if (page.Records.Count > 0) await (featurizer ?? Featurizer).Apply(new(StreamedEvent.Hub.Name, $"{p}", page.Records, 0), default);
            applied[p] = page.Next;
        }
    }

    public Replays Replaying() => new(Storage.Documents, Storage.Stream, "FeaturizeEvents", Featurizer.Apply, Letters, Clock, meter);

    /// <summary>Which aliases are somebody's, by the links that lead to them.</summary>
    public async Task<List<string>> AliasesOf(Subject subject) =>
        [.. (await new Links(Storage.Documents, Clock).Of(subject, default)).Values.SelectMany(rows => rows).Select(r => r.Alias)];

    public async Task<IdentityGraph> Graph(Subject subject) => await new Linker(new(Storage.Documents, Clock), Meeting.Rules).Graph([subject], default);

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await Sending.DisposeAsync();
    }
}
