using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity;
using Personalization.Tests.Profiles;
using Personalization.Vault;
using Folk = Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Decisions;

/// <summary>Somebody with two devices, of whom not everything can be read; and somebody with one, at no cost.</summary>
public sealed class ProfileLookupTests : IAsyncDisposable
{
    private readonly ManualClock clock = new(Behaviour.Start);
    private readonly EmbeddedStorage storage;
    private readonly People people;
    private readonly HashSet<string> silent = [];

    public ProfileLookupTests()
    {
        storage = InMemory.Storage(clock);
        people = storage.People(clock);
    }

    [Fact]
    public async Task A_member_that_does_not_come_in_time_is_done_without()
    {
        await Joined();
        silent.Add(Key(Profile.Store, "phone"));
        var found = await Late("laptop");
        Assert.Equal((true, false, Fallback.None), (Has(found, 2), Has(found, 1), found.Why));
        Assert.Equal(2, found.Members.Count);
        // Not everything of them was read: what is answered now is not answered again.
        Assert.Equal(0UL, found.Stamp);
        silent.Clear();
        Assert.NotEqual(0UL, (await Lookup().Find(null, "laptop", default)).Stamp);
    }

    [Fact]
    public async Task A_damaged_profile_of_whoever_asks_is_degraded_and_the_others_speak()
    {
        await Joined();
        await storage.Documents.Put(Profile.Store, Who("laptop").ToString(), Profile.Id, "damaged"u8.ToArray(), Condition.None, null, default);
        var found = await Lookup().Find(null, "laptop", default);
        Assert.Equal((true, Fallback.ProfileUnavailable), (Has(found, 1), found.Why));
    }

    [Fact]
    public async Task Nothing_is_used_where_nobody_can_say_who_else_somebody_is()
    {
        await Joined();
        await storage.Documents.Put(WholePersons.Store, Who("laptop").ToString(), WholePersons.Id, "damaged"u8.ToArray(), Condition.None, null, default);
        var found = await Lookup().Find(null, "laptop", default);
        Assert.Equal((null, Fallback.ProfileUnavailable), (found.Profile, found.Why));
    }

    /// <summary>The refusal is in the profile, and whoever stored it there died before the others were told.</summary>
    [Fact]
    public async Task A_refusal_that_only_a_members_profile_knows_of_holds_for_all()
    {
        await Joined();
        await new ProfileConsent(storage.Documents, clock).Write(Who("phone"), new(Vote.No(Purposes.Personalization), 9, clock.GetUtcNow()), Purposes.None, default);
        Assert.Equal(Fallback.NoConsent, (await Lookup().Find(null, "laptop", default)).Why);
    }

    [Fact]
    public async Task Of_a_member_who_was_erased_nothing_that_is_still_there_is_used()
    {
        await Joined();
        await Bought("phone", 1);
        await Bought("laptop", 2);
        Assert.Equal(2, Purchases(await Lookup().Find(null, "laptop", default)));
        await new Tombstones(storage.Documents).Raise(Who("phone"), TimeSpan.FromDays(3), clock.GetUtcNow(), default);
        var found = await Lookup().Find(null, "laptop", default);
        Assert.Equal((1, false), (Purchases(found), Has(found, 1)));
    }

    [Fact]
    public async Task What_is_about_others_only_is_not_taken_for_whoever_asks()
    {
        await Joined();
        await Kept("tablet", 3);
        var stray = (await storage.Documents.Get(WholePersons.Store, Who("laptop").ToString(), WholePersons.Id, default)).Value;
        await storage.Documents.Put(WholePersons.Store, Who("tablet").ToString(), WholePersons.Id, stray.Body, Condition.None, null, default);
        var found = await Lookup().Find(null, "tablet", default);
        Assert.Equal((null, Fallback.ProfileUnavailable), (found.Profile, found.Why));
        Assert.Equal([Who("tablet")], found.Members);
    }

    [Fact]
    public async Task Whoever_is_known_once_is_found_and_given_back_without_a_list_of_their_own()
    {
        await Kept("phone", 1);
        var lookup = Lookup();
        var first = await lookup.Find(null, "phone", default);
        lookup.Return(first);
        var second = await lookup.Find(null, "phone", default);
        Assert.Same(first.Members, second.Members);
        Assert.Equal([Who("phone")], second.Members);
    }

    private async Task Joined()
    {
        await Kept("phone", 1);
        await Kept("laptop", 2);
        var ledger = new ConsentLedger(storage.Ledger);
        foreach (var device in new[] { "phone", "laptop" })
            await ledger.Append(Who(device), 0, new(clock.GetUtcNow(), "s", "1", 1, null, ["personalization", "crossDevice"], [], [], []), default);
        await new Linker(new(storage.Documents, clock), Meeting.Rules).Store(
            [Who("phone"), Who("laptop")], [new Merged(clock.GetUtcNow(), "m", Who("phone"), Who("laptop"), Folk.Signed("user"))], "", null, default);
        await storage.Persons(clock).Settle([Who("phone")], null, default);
    }

    private async Task Kept(string device, int item)
    {
        var profile = new Profile();
        Behaviour.Fold(profile, null, Behaviour.Event(EventType.View, Behaviour.Start, 0, item));
        await storage.Documents.Put(Profile.Store, Who(device).ToString(), Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default);
    }

    private async Task Bought(string device, int item)
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        Behaviour.Fold(profile, vault, Behaviour.Event(EventType.Purchase, Behaviour.Start, 0, item));
        await storage.Documents.Put(VaultFeatures.Store, Who(device).ToString(), VaultFeatures.Id, Behaviour.Bytes(vault), Condition.None, null, default);
    }

    private async Task<FoundPerson> Late(string device)
    {
        var finding = Lookup().Find(null, device, default).AsTask();
        while (!finding.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await finding;
    }

    private ProfileLookup Lookup() => new(new Unanswering(storage.Documents, silent), people, ConsentPolicy.Read(new([])), clock, TimeSpan.FromSeconds(5));

    private static bool Has(in FoundPerson found, int item) => found.Profile!.Recent.Contains(Behaviour.Item(item), Behaviour.Seconds(Behaviour.Start));

    private static int Purchases(in FoundPerson found)
    {
        Span<ulong> items = stackalloc ulong[Personalization.Vault.Purchases.Kept];
        return found.Vault!.Purchases.Items(Behaviour.Seconds(Behaviour.Start), items);
    }

    private Subject Who(string device) => people.Of(null, device);

    private string Key(Store store, string device) => store.Name + Who(device);

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    /// <summary>Never answers of some.</summary>
    private sealed class Unanswering(IDocuments inner, HashSet<string> silent) : IDocuments
    {
        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) =>
            silent.Contains(store.Name + partition) ? new(new TaskCompletionSource<Outcome<Document>>().Task) : inner.Get(store, partition, id, stop);

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => inner.Put(store, partition, id, body, when, expiry, stop);

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
