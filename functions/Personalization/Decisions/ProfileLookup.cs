using System.Collections.Concurrent;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Decisions;

/// <summary>A profile for one decision, or why there is none. Given back afterwards, because decoding into a used one allocates nothing.</summary>
/// <param name="Profile">Null where there is none that may be used.</param>
/// <param name="Reason">Why not, where that is not simply that the person is unknown.</param>
public readonly record struct FoundProfile(Profile? Profile, string? Reason)
{
    public const string Unavailable = "profile-unavailable";
    public const string NoConsent = "no-consent";

    public bool Degraded => Reason == Unavailable;
}

/// <summary>Reads profiles for decisions: within a deadline, decoded once, and only as far as the person allows.</summary>
public sealed class ProfileLookup(IDocuments documents, People people, TimeProvider time, DecisionOptions options)
{
    private readonly ConcurrentBag<Profile> idle = [];

    public async ValueTask<FoundProfile> Find(string? user, string? visitor, CancellationToken stop)
    {
        try
        {
            var reading = Read(user, visitor, stop);
            var found = reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(options.ProfileDeadline, time, stop);
            if (found.Status == Status.NotFound) return default;
            return found.Ok ? Decode(found.Value.Body.Span) : new(null, FoundProfile.Unavailable);
        }
        catch (Exception e) when (e is TimeoutException or IOException or StoreUnavailableException)
        {
            return new(null, FoundProfile.Unavailable);
        }
    }

    private async ValueTask<Outcome<Document>> Read(string? user, string? visitor, CancellationToken stop) =>
        await people.Find(user, visitor, stop) is { } subject
            ? await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop)
            : Outcome.Failed<Document>(Status.NotFound);

    public void Return(Profile? profile)
    {
        if (profile is not null) idle.Add(profile);
    }

    private FoundProfile Decode(ReadOnlySpan<byte> body)
    {
        // Nobody anyone knows.
        if (Tombstone.Is(body)) return default;
        // What somebody refused is not even decoded.
        if (!DocumentHead.TryRead(body, out var head)) return new(null, FoundProfile.Unavailable);
        var allowed = Purposes.All & ~head.Consent.Vote.Denied;
        if (!allowed.Cover(Purposes.Personalization)) return new(null, FoundProfile.NoConsent);
        if (!idle.TryTake(out var profile)) profile = new();
        if (!profile.Read(body)) return new(null, FoundProfile.Unavailable);
        profile.Keep(allowed);
        return new(profile, null);
    }
}
