using System.Collections.Concurrent;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Decisions;

/// <summary>Reads people for decisions: within a deadline, decoded once, only as far as they allow, and all that is known of a person together.</summary>
public sealed class ProfileLookup(IDocuments documents, People people, ConsentPolicy policy, TimeProvider time, TimeSpan deadline)
{
    private static readonly FoundPerson Unknown = new(null, null, null, Purposes.None, Fallback.UnknownPerson);

    private readonly ConcurrentBag<Profile> profiles = [];
    private readonly ConcurrentBag<VaultFeatures> vaults = [];
    private readonly ConcurrentBag<Subject[]> alone = [];
    private readonly MemberReading members = new(documents, time);
    private readonly MemberViews views = new(policy);

    public async ValueTask<FoundPerson> Find(string? user, string? visitor, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        try
        {
            var reading = Read(user, visitor, stop);
            var read = reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(deadline, time, stop);
            if (read.Subject is not { } subject) return Unknown;
            if (read.Whole.Status == Status.NotFound) return Of(read) with { Stamp = PersonStamp.Of(read.Profile, read.Vault, read.Whole) };
            // Who they are and what they refuse as somebody else is not known: then nothing of theirs is used. What is about others only is no better.
            if (!read.Whole.Ok || WholePersons.Read(read.Whole.Value.Body) is not { } whole || !whole.Members.Contains(subject)) return Alone(subject) with { Why = Fallback.ProfileUnavailable };
            return await Of(read, subject, whole, deadline - time.GetElapsedTime(began), stop);
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
        if (person.Members is Subject[] { Length: 1 } one) alone.Add(one);
    }

    private async ValueTask<PersonRead> Read(string? user, string? visitor, CancellationToken stop)
    {
        if (await people.Find(user, visitor, stop) is not { } subject) return default;
        var key = subject.ToString();
        // All at once: reads one after the other would be felt where the store is a network away.
        var vault = documents.Get(VaultFeatures.Store, key, VaultFeatures.Id, stop);
        var whole = documents.Get(WholePersons.Store, key, WholePersons.Id, stop);
        return new(subject, await documents.Get(Profile.Store, key, Profile.Id, stop), await vault, await whole);
    }

    private FoundPerson Of(in PersonRead read)
    {
        if (read.Subject is not { } subject || (read.Profile.Ok && Tombstone.Is(read.Profile.Value.Body.Span))) return Unknown;
        var found = Alone(subject);
        if (read.Profile.Status == Status.NotFound) return found;
        // What somebody refused is not even decoded.
        if (!read.Profile.Ok || !DocumentHead.TryRead(read.Profile.Value.Body.Span, out var head)) return found with { Why = Fallback.ProfileUnavailable };
        var denied = head.Consent.Vote.Denied;
        var allowed = Purposes.All & ~denied;
        if (!allowed.Cover(Purposes.Personalization)) return found with { Denied = denied, Why = Fallback.NoConsent };
        if (!profiles.TryTake(out var profile)) profile = new();
        if (!profile.Read(read.Profile.Value.Body.Span)) return found with { Why = Fallback.ProfileUnavailable };
        profile.Keep(allowed);
        return found with { Profile = profile, Vault = VaultOf(read.Vault, allowed), Denied = denied, Why = Fallback.None };
    }

    private async ValueTask<FoundPerson> Of(PersonRead read, Subject subject, WholePerson whole, TimeSpan left, CancellationToken stop)
    {
        if (read.Profile.Ok && Tombstone.Is(read.Profile.Value.Body.Span)) return Unknown;
        var own = new MemberRead(subject, read.Profile, read.Vault);
        var wanted = views.NeedsOthers(whole);
        var others = wanted ? await members.Of(whole.Members, subject, left, stop) : [];
        var found = Unknown with { Subject = subject, Members = whole.Members };
        var usable = views.Usable(whole, own, others, out var denied);
        // One who did not come in time could not be read.
        if (!wanted || others.Count == whole.Members.Count - 1) found = found with { Stamp = PersonStamp.Of(read.Profile, read.Vault, read.Whole, others) };
        if (!usable.Cover(Purposes.Personalization)) return found with { Denied = denied, Why = Fallback.NoConsent };
        if (!profiles.TryTake(out var profile)) profile = new();
        if (!vaults.TryTake(out var vault)) vault = new();
        var (seen, opened) = views.Join(whole, own, others, usable, profile, vault);
        if (!seen) profiles.Add(profile);
        if (!opened) vaults.Add(vault);
        var missing = !own.IsThere && read.Profile.Status != Status.NotFound;
        return found with
        {
            Profile = seen ? profile : null, Vault = opened ? vault : null, Denied = denied,
            Why = missing ? Fallback.ProfileUnavailable : seen ? Fallback.None : Fallback.UnknownPerson,
        };
    }

    private FoundPerson Alone(Subject subject)
    {
        if (!alone.TryTake(out var one)) one = new Subject[1];
        one[0] = subject;
        return Unknown with { Subject = subject, Members = one };
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

    private readonly record struct PersonRead(Subject? Subject, Outcome<Document> Profile, Outcome<Document> Vault, Outcome<Document> Whole);
}
