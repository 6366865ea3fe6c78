using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

/// <summary>What someone refuses is not written, and what is there of it goes, also when a delivery is under way.</summary>
public sealed class FeaturizerConsentTests : IAsyncDisposable
{
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    public FeaturizerConsentTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task Someone_without_a_profile_begins_with_what_the_ledger_remembers()
    {
        var state = new ConsentState(Vote.No(Purposes.Personalization), 4, clock.GetUtcNow());
        var featurizer = Featurizer(storage.Documents, state);
        await featurizer.Apply(new("behaviour", "3", [Behaviour.Record(0, Behaviour.Event(EventType.View, null, 0, 1))], 0), default);
        var profile = (await Read(storage.Documents, 0))!;
        Assert.Equal(state, profile.Consent);
        Assert.Empty(profile.Recent.All(Behaviour.Now));
    }

    [Fact]
    public async Task What_a_stored_denial_covers_is_cleared_by_the_next_event()
    {
        var profile = new Profile();
        Behaviour.Fold(profile, null, Behaviour.Event(EventType.View, null, 0, 1));
        profile.Consent = new(Vote.No(Purposes.Personalization), 1, clock.GetUtcNow());
        await storage.Documents.Put(Profile.Store, Behaviour.Person(0).ToString(), Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default);
        await Featurizer(storage.Documents).Apply(new("behaviour", "3", [Behaviour.Record(1, Behaviour.Event(EventType.View, null, 0, 2))], 0), default);
        Assert.Empty((await Read(storage.Documents, 0))!.Recent.All(Behaviour.Now));
    }

    [Fact]
    public async Task A_withdrawal_that_races_a_delivery_leaves_no_vault_behind()
    {
        var consent = new ProfileConsent(storage.Documents, clock);
        var person = Behaviour.Person(0);
        var raced = false;
        var racing = new BetweenDocuments(storage.Documents, async store =>
        {
            // The vault is being written; the person has just withdrawn, and the vault they had is gone.
            if (raced || store != VaultFeatures.Store) return;
            raced = true;
            await consent.Write(person, new(Vote.No(Purposes.Sensitive), 1, clock.GetUtcNow()), Purposes.All & ~Purposes.Sensitive, default);
        });
        await Featurizer(racing).Apply(new("behaviour", "3", [Behaviour.Record(0, Behaviour.Event(EventType.Purchase, null, 0, 1))], 0), default);
        Assert.True(raced);
        Assert.Equal(Status.NotFound, (await storage.Documents.Get(VaultFeatures.Store, person.ToString(), VaultFeatures.Id, default)).Status);
        Assert.Equal(Purposes.Sensitive, (await Read(storage.Documents, 0))!.Consent.Vote.Denied);
    }

    [Fact]
    public async Task A_place_that_was_refused_leaves_the_vault_with_the_next_event_that_is_kept_there()
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        Behaviour.Fold(profile, vault, Behaviour.Event(EventType.View, null, 0, 1) with { Region = new(0x4544) });
        profile.Consent = new(Vote.No(Purposes.Location), 1, clock.GetUtcNow());
        await storage.Documents.Put(Profile.Store, Behaviour.Person(0).ToString(), Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default);
        await storage.Documents.Put(VaultFeatures.Store, Behaviour.Person(0).ToString(), VaultFeatures.Id, Behaviour.Bytes(vault), Condition.None, null, default);
        await Featurizer(storage.Documents).Apply(new("behaviour", "3", [Behaviour.Record(1, Behaviour.Event(EventType.Purchase, null, 0, 2))], 0), default);
        var kept = (await new VaultReader(storage.Documents).Read(Behaviour.Person(0), default))!;
        Assert.Equal((Region.Unknown, 1f), (kept.Locations.Usual(Behaviour.Now), kept.Purchases.Frequency(Behaviour.Now)));
    }

    public async ValueTask DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }

    private Featurizer Featurizer(IDocuments documents, ConsentState remembered = default) =>
        new(documents, Items(), new DeadLetters(documents, clock, meter), (_, _) => new(remembered), clock, meter);

    private Catalogue Items() => new(storage.Documents, clock, new(TimeSpan.FromDays(1)));

    private static async Task<Profile?> Read(IDocuments documents, int person)
    {
        var found = await documents.Get(Profile.Store, Behaviour.Person(person).ToString(), Profile.Id, default);
        var profile = new Profile();
        return found.Ok && profile.Read(found.Value.Body.Span) ? profile : null;
    }
}
