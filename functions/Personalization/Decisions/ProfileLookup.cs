using System.Collections.Concurrent;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Decisions;

/// <summary>What a decision may know of a person, or why that is nothing. Given back afterwards: decoding into what is used already allocates nothing.</summary>
/// <param name="Subject">Who; null for somebody never met.</param>
/// <param name="Profile">Null where there is none that may be used.</param>
/// <param name="Vault">What they agreed to apart from all else; null where they did not.</param>
/// <param name="Denied">What they refused.</param>
/// <param name="Why">Why there is no profile; <see cref="Fallback.None"/> where there is one.</param>
public readonly record struct FoundPerson(Subject? Subject, Profile? Profile, VaultFeatures? Vault, Purposes Denied, Fallback Why)
{
    /// <summary>What decisions can make use of at all.</summary>
    private const Purposes Usable = Purposes.Personalization | Purposes.Sensitive | Purposes.Location | Purposes.CrossDevice;

    public Purposes Used => (Profile is null ? Purposes.None : Purposes.Personalization) | (Vault is null ? Purposes.None : Purposes.Sensitive);

    public Purposes Withheld => Denied & Usable;
}

/// <summary>Reads people for decisions: within a deadline, decoded once, and only as far as they allow.</summary>
public sealed class ProfileLookup(IDocuments documents, People people, TimeProvider time, TimeSpan deadline)
{
    private static readonly FoundPerson Unknown = new(null, null, null, Purposes.None, Fallback.UnknownPerson);

    private readonly ConcurrentBag<Profile> profiles = [];
    private readonly ConcurrentBag<VaultFeatures> vaults = [];

    public async ValueTask<FoundPerson> Find(string? user, string? visitor, CancellationToken stop)
    {
        try
        {
            var reading = Read(user, visitor, stop);
            var read = reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(deadline, time, stop);
            return Of(read);
        }
        catch (Exception e) when (e is TimeoutException or IOException or StoreUnavailableException)
        {
            return Unknown with { Why = Fallback.ProfileUnavailable };
        }
    }

    public void Return(in FoundPerson person)
    {
        if (person.Profile is { } profile) profiles.Add(profile);
        if (person.Vault is { } vault) vaults.Add(vault);
    }

    private async ValueTask<PersonRead> Read(string? user, string? visitor, CancellationToken stop)
    {
        if (await people.Find(user, visitor, stop) is not { } subject) return default;
        var key = subject.ToString();
        // Both at once: two reads one after the other would be felt where the store is a network away.
        var vault = documents.Get(VaultFeatures.Store, key, VaultFeatures.Id, stop);
        return new(subject, await documents.Get(Profile.Store, key, Profile.Id, stop), await vault);
    }

    private FoundPerson Of(in PersonRead read)
    {
        if (read.Subject is not { } subject) return Unknown;
        var found = Unknown with { Subject = subject };
        if (read.Profile.Status == Status.NotFound) return found;
        // Nobody anyone knows.
        if (read.Profile.Ok && Tombstone.Is(read.Profile.Value.Body.Span)) return Unknown;
        // What somebody refused is not even decoded.
        if (!read.Profile.Ok || !DocumentHead.TryRead(read.Profile.Value.Body.Span, out var head)) return found with { Why = Fallback.ProfileUnavailable };
        var denied = head.Consent.Vote.Denied;
        var allowed = Purposes.All & ~denied;
        if (!allowed.Cover(Purposes.Personalization)) return found with { Denied = denied, Why = Fallback.NoConsent };
        if (!profiles.TryTake(out var profile)) profile = new();
        if (!profile.Read(read.Profile.Value.Body.Span)) return found with { Why = Fallback.ProfileUnavailable };
        profile.Keep(allowed);
        return new(subject, profile, VaultOf(read.Vault, allowed), denied, Fallback.None);
    }

    /// <summary>A vault that cannot be read is one that is not there: an answer does without.</summary>
    private VaultFeatures? VaultOf(in Outcome<Document> read, Purposes allowed)
    {
        if (!read.Ok || !allowed.Cover(VaultFeatures.Needs)) return null;
        if (!vaults.TryTake(out var vault)) vault = new();
        if (!vault.Read(read.Value.Body.Span))
        {
            vaults.Add(vault);
            return null;
        }

        vault.Keep(allowed & ~vault.Consent.Vote.Denied);
        return vault;
    }

    private readonly record struct PersonRead(Subject? Subject, Outcome<Document> Profile, Outcome<Document> Vault);
}
