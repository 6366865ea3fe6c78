using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>Says who was erased a while ago. Whoever is about to keep something of a person found in memory or in an older document asks here.</summary>
public sealed class Tombstones(IDocuments documents)
{
    public async ValueTask<bool> Stands(Subject subject, CancellationToken stop) =>
        await Find(subject, stop) is { Ok: true } found && Tombstone.Is(found.Value.Body.Span);

    /// <summary>
    /// Puts one in the place of the profile, whatever that holds; everybody else writes a profile only as they read it, so
    /// none comes back. One that stands already stays as it is.
    /// </summary>
    /// <param name="subject">Who is erased.</param>
    /// <param name="lives">How long it stands.</param>
    /// <param name="now">When.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask Raise(Subject subject, TimeSpan lives, DateTimeOffset now, CancellationToken stop)
    {
        var found = await Find(subject, stop);
        if (found.Ok && Tombstone.Is(found.Value.Body.Span)) return;
        var body = new Tombstone(now.ToUnixTimeMilliseconds(), Uncounted: found.Ok).Write();
        (await documents.Put(Profile.Store, subject.ToString(), Profile.Id, body, Condition.None, lives, stop)).Required(Profile.Store);
    }

    /// <summary>Whether one took the place of a profile; says so once.</summary>
    public async ValueTask<bool> Count(Subject subject, TimeSpan lives, DateTimeOffset now, CancellationToken stop)
    {
        var found = await Find(subject, stop);
        if (!found.Ok || !Tombstone.Is(found.Value.Body.Span) || Tombstone.Read(found.Value.Body.Span) is not { Uncounted: true } stone) return false;
        var left = DateTimeOffset.FromUnixTimeMilliseconds(stone.Raised) + lives - now;
        if (left <= TimeSpan.Zero) return true;
        var put = await documents.Put(Profile.Store, subject.ToString(), Profile.Id, (stone with { Uncounted = false }).Write(), Condition.Matches(found.Value.Etag), left, stop);
        if (put.Status == Status.Conflict) return false;
        put.Required(Profile.Store);
        return true;
    }

    private async ValueTask<Outcome<Document>> Find(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        if (found.Status != Status.NotFound) found.Required(Profile.Store);
        return found;
    }
}
