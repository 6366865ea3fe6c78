using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Consent;
using Personalization.Tests.Events;
using Personalization.Vault;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Trust;

/// <summary>The whole way of an event as the product has it: intake, embedded stream, featurizer, documents, what the recommender is given.</summary>
internal sealed class TaintWorld : IAsyncDisposable
{
    private const int BatchSize = 256;

    private readonly Meter meter = new("taint");
    private readonly Sending sending = new();
    private readonly Featurizer featurizer;
    private readonly ConsentDesk desk;
    private readonly ProfileLookup lookup;
    private readonly long[] applied = new long[8];

    public TaintWorld()
    {
        featurizer = new(Documents, sending.Catalogue, new DeadLetters(Documents, sending.Clock, meter), (s, stop) => sending.Ledger.Remembered(s, ConsentState.None, stop), sending.Clock, meter);
        desk = new(sending.Ledger, new(Documents, sending.Clock), sending.People, ConsentPolicyTests.Read(), new(0, TimeSpan.FromDays(396)), sending.Clock, sending.Audit, sending.Exclusions);
        lookup = new(Documents, sending.People, sending.Clock, TimeSpan.FromSeconds(1));
    }

    private IDocuments Documents => sending.Storage.Documents;

    public async Task Stock(IEnumerable<Sent> events) =>
        await sending.Catalogue.Upsert([.. events.Select(e => new Item { Id = e.Item, Category = e.Word, Brand = e.Item })], default);

    public async Task Decide(int person, Words words, bool gpc, string? region) =>
        await desk.Put(new() { Visitor = $"v{person}", Purposes = words.Choices(), Region = region, Source = "s", NoticeVersion = "1" }, gpc ? Gpc.Withdrawn : Vote.Silent, default);

    /// <summary>Sends the bodies, a thousand a request, and says which were accepted.</summary>
    public async Task<HashSet<string>> Send(IEnumerable<string> bodies)
    {
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in bodies.Chunk(1000))
            foreach (var result in await sending.Send("[" + string.Join(',', some) + "]"))
            {
                Assert.Contains(result.Status, new[] { "accepted", "dropped" });
                if (result.Status == "accepted") accepted.Add(result.Id!);
            }

        return accepted;
    }

    /// <summary>What was published since the last time.</summary>
    public async Task Featurize()
    {
        for (var p = 0; p < applied.Length; p++)
        {
            while (sending.Storage.Stream.Read(StreamedEvent.Hub, p, applied[p], BatchSize) is { Records.Count: > 0 } page)
            {
                await featurizer.Apply(new(StreamedEvent.Hub.Name, $"{p}", page.Records, 0), default);
                applied[p] = page.Next;
            }
        }
    }

    public async Task<(byte[] Profile, byte[] Vault, byte[] Scored)> Of(int person)
    {
        if (await sending.People.Find(null, $"v{person}", default) is not { } subject) return ([], [], []);
        var found = await lookup.Find(null, $"v{person}", default);
        byte[] scored = [.. found.Profile is { } profile ? Profiles.Behaviour.Bytes(profile) : [], .. found.Vault is { } vault ? Profiles.Behaviour.Bytes(vault) : []];
        lookup.Return(found);
        return (await Stored(Profile.Store, subject, Profile.Id), await Stored(VaultFeatures.Store, subject, VaultFeatures.Id), scored);
    }

    /// <summary>What was counted over everyone.</summary>
    public async Task<List<byte[]>> Counted()
    {
        var all = new List<byte[]>();
        for (string? next = null; ;)
        {
            var page = (await Documents.Scan(Statistics.Store, next, 1000, default)).Value;
            all.AddRange(page.Items.Select(d => d.Body.ToArray()));
            if ((next = page.Next) is null) return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await sending.DisposeAsync();
    }

    private async Task<byte[]> Stored(Store store, Subject subject, string id) =>
        await Documents.Get(store, subject.ToString(), id, default) is { Ok: true } found ? found.Value.Body.ToArray() : [];
}
