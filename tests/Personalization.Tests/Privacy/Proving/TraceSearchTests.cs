using Personalization.Functions;
using Personalization.Identity;
using Personalization.Privacy.Proving;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Privacy.Proving;

public sealed class TraceSearchTests : IAsyncDisposable
{
    private const string Wanted = "nobody-at-all";

    private readonly EmbeddedStorage storage = InMemory.Storage(new ManualClock());

    public static TheoryData<string> Documents => [.. Composition.Stores.All.Where(s => s.Kind == StoreKind.Documents && s != Findings.Store).Select(s => s.Name)];

    [Theory, MemberData(nameof(Documents))]
    public async Task Whoever_is_in_a_document_is_found_whether_in_its_body_its_name_or_its_partition(string name)
    {
        var store = Composition.Stores.All.Single(s => s.Kind == StoreKind.Documents && s.Name == name);
        Assert.Equal(0, (await Find(name)).Hits);
        foreach (var (partition, id, body) in new[] { (Wanted, "i", "b"), ("p", $"x{Wanted}x", "b"), ("p", "i", $"..{Wanted}..") })
        {
            await storage.Documents.Put(store, partition, id, System.Text.Encoding.UTF8.GetBytes(body), Condition.None, null, default);
            Assert.Equal(1, (await Find(name)).Hits);
            await storage.Documents.Delete(store, partition, id, Condition.None, default);
        }
    }

    [Fact]
    public async Task Whoever_is_in_a_blob_a_ledger_or_the_stream_is_found()
    {
        foreach (var blob in Composition.Stores.All.Where(s => s.Kind == StoreKind.Blobs))
        {
            await storage.Blobs.Put(blob, "a", System.Text.Encoding.UTF8.GetBytes($"..{Wanted}.."), default);
            Assert.Equal(1, (await Find(blob.Name)).Hits);
        }

        foreach (var ledger in Composition.Stores.All.Where(s => s.Kind == StoreKind.Ledger))
        {
            await storage.Ledger.Append(ledger, Whose.ToString(), 0, ["row"u8.ToArray()], default);
            Assert.Equal(1, (await Find(ledger.Name)).Hits);
        }

        foreach (var hub in Composition.Stores.All.Where(s => s.Kind == StoreKind.Stream))
        {
            await storage.Stream.Publish(hub, 3, [new("somebody", "else"u8.ToArray()), new(Wanted, "x"u8.ToArray())], default);
            Assert.Equal((2, 1), await Find(hub.Name) is var found ? (found.Entries, found.Hits) : default);
        }
    }

    [Fact]
    public async Task A_stream_that_only_its_host_can_read_is_said_not_to_be_searched()
    {
        var found = await new TraceSearch(Composition.Stores, storage.Documents, storage.Ledger, storage.Blobs, null).Find([], [Wanted], Findings.Store, default);
        Assert.Equal(["behaviour"], found.Where(f => !f.Searched).Select(f => f.Store));
        Assert.Contains(found, f => f is { Store: "decisionlog", Searched: true, Entries: 0 });
        Assert.Equal(Composition.Stores.All.Count - 1, found.Count);
    }

    private static Subject Whose { get; } = new(77);

    private async Task<StoreHits> Find(string store) =>
        (await new TraceSearch(Composition.Stores, storage.Documents, storage.Ledger, storage.Blobs, storage.Stream.Everything).Find([Whose], [Wanted], Findings.Store, default)).Single(f => f.Store == store);

    public ValueTask DisposeAsync() => storage.DisposeAsync();
}
