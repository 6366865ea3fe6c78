using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

/// <summary>What a person decides clears what it covers in the same write, and older words do not undo newer ones.</summary>
public sealed class ProfileConsentTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly ProfileConsent consent;

    public ProfileConsentTests()
    {
        storage = InMemory.Storage(clock);
        consent = new(storage.Documents, clock);
    }

    [Fact]
    public async Task Nobody_is_known_before_there_is_a_profile()
    {
        Assert.Null(await consent.Find(Behaviour.Person(0), default));
        Assert.Equal(ConsentState.None, await consent.Read(Behaviour.Person(0), default));
    }

    [Fact]
    public async Task What_was_decided_is_found_again_exactly()
    {
        var state = new ConsentState(new(Purposes.Personalization, Purposes.Marketing), 3, Behaviour.Start.AddTicks(7));
        await consent.Write(Behaviour.Person(0), state, Purposes.Personalization, default);
        Assert.Equal(state, await consent.Find(Behaviour.Person(0), default));
    }

    [Fact]
    public async Task An_older_word_does_not_undo_a_newer_one_and_clears_all_the_same()
    {
        await Have();
        var newer = new ConsentState(Vote.Yes(Purposes.Training), 5, Behaviour.Start);
        await consent.Write(Behaviour.Person(0), newer, Purposes.All, default);
        await consent.Write(Behaviour.Person(0), newer with { Vote = Vote.Silent, Next = 4 }, Purposes.None, default);
        Assert.Equal(newer, await consent.Read(Behaviour.Person(0), default));
        Assert.Equal(0, (await Profile()).Recent.Count);
    }

    [Fact]
    public async Task Refusing_personalization_clears_every_feature_and_the_vault_but_not_what_was_seen()
    {
        await Have();
        await consent.Write(Behaviour.Person(0), new(Vote.No(Purposes.Personalization), 1, Behaviour.Start), Purposes.Sensitive, default);
        var profile = await Profile();
        Assert.Equal(DocumentHead.Bytes + 16 + Marks.Bytes(1, 0), Behaviour.Bytes(profile).Length);
        Assert.Equal(1, profile.Marks.LastOf(3));
        Assert.Null(await new VaultReader(storage.Documents).Read(Behaviour.Person(0), default));
    }

    [Fact]
    public async Task Refusing_what_is_sensitive_takes_the_vault_and_leaves_the_rest()
    {
        await Have();
        await consent.Write(Behaviour.Person(0), new(Vote.No(Purposes.Sensitive), 1, Behaviour.Start), Purposes.All & ~Purposes.Sensitive, default);
        Assert.Null(await new VaultReader(storage.Documents).Read(Behaviour.Person(0), default));
        Assert.NotEqual(0, (await Profile()).Recent.Count);
    }

    [Fact]
    public async Task Refusing_location_takes_the_places_and_leaves_the_purchases()
    {
        await Have();
        await consent.Write(Behaviour.Person(0), new(Vote.No(Purposes.Location), 1, Behaviour.Start), Purposes.All & ~Purposes.Location, default);
        var vault = (await new VaultReader(storage.Documents).Read(Behaviour.Person(0), default))!;
        Assert.Equal(Region.Unknown, vault.Locations.Usual(Behaviour.Now));
        Assert.Equal(1, vault.Purchases.Frequency(Behaviour.Now));
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private async Task Have()
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        Behaviour.Fold(profile, vault, Behaviour.Event(EventType.Purchase, null, 0, 1), Behaviour.Event(EventType.View, null, 0, 2) with { Region = new(0x4544) });
        await storage.Documents.Put(Personalization.Profiles.Profile.Store, Behaviour.Person(0).ToString(), Personalization.Profiles.Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default);
        await storage.Documents.Put(VaultFeatures.Store, Behaviour.Person(0).ToString(), VaultFeatures.Id, Behaviour.Bytes(vault), Condition.None, null, default);
    }

    private async Task<Profile> Profile()
    {
        var profile = new Profile();
        Assert.True(profile.Read((await storage.Documents.Get(Personalization.Profiles.Profile.Store, Behaviour.Person(0).ToString(), Personalization.Profiles.Profile.Id, default)).Value.Body.Span));
        return profile;
    }
}
