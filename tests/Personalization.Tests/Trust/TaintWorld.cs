using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Searching;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Consent;
using Personalization.Tests.Events;
using Personalization.Vault;
using Personalization.Tests.Identity;
using Folk = Personalization.Tests.Identity.Graph.Folk;

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
    private readonly WholePersons persons;
    private readonly long[] applied = new long[8];

    public TaintWorld()
    {
        persons = sending.Storage.Persons(sending.Clock);
        featurizer = new(Documents, sending.Catalogue, new DeadLetters(Documents, sending.Clock, meter), (s, stop) => sending.Ledger.Remembered(s, ConsentState.None, stop), sending.Clock, meter);
        desk = new(sending.Ledger, new(Documents, sending.Clock), sending.People, ConsentPolicyTests.Read(), new(0, TimeSpan.FromDays(396)), sending.Clock, sending.Audit, sending.Exclusions, persons);
        lookup = new(Documents, sending.People, ConsentPolicyTests.Read(), sending.Clock, TimeSpan.FromSeconds(1));
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

    /// <summary>Two are one person from here on, as after any other merge.</summary>
    public Task Join(int one, int other) => Change(one, other, (from, into) => new Merged(sending.Clock.GetUtcNow(), Merge(one, other), from, into, Folk.Signed("user")));

    /// <summary>And two again.</summary>
    public Task Part(int one, int other) => Change(one, other, (_, _) => new Unmerged(sending.Clock.GetUtcNow().AddTicks(1), Merge(one, other), "x"));

    /// <summary>A search of theirs for these items, decided with what may be known of them.</summary>
    public async Task<Decision> Search(int person, IEnumerable<string> items)
    {
        var body = JsonSerializer.Serialize(new { visitor = $"v{person}", query = "x", candidates = items.Select(i => new { id = i, relevance = 1.0 }) });
        var d = new Decision { Body = Encoding.UTF8.GetBytes(body), At = sending.Clock.GetUtcNow(), Shelf = Shelf.Of(sending.Catalogue.Now, PopularItems.Of([], sending.Clock.GetUtcNow())) };
        d.Begin();
        Assert.Null(new AskReader(d.Body.Span, d.Ask, AskFields.Search).Read());
        d.Person = await lookup.Find(null, $"v{person}", default);
        Decider.Make(new SearchEngine(Decisions.Made.Options(Rankers.Search)), d);
        return d;
    }

    private async Task Change(int one, int other, Func<Subject, Subject, IdentityEvent> make)
    {
        Subject[] both = [sending.People.Of(null, $"v{one}"), sending.People.Of(null, $"v{other}")];
        await persons.Begin(both, Merge(one, other), Purposes.None, default);
        await new Linker(new(Documents, sending.Clock), Meeting.Rules).Store(both, [make(both[0], both[1])], "", null, default);
        await persons.Settle(both, Merge(one, other), default);
    }

    private static string Merge(int one, int other) => $"m{one}-{other}";

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
