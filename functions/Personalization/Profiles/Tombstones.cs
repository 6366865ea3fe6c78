using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>Says who was erased a while ago. Whoever is about to keep something of a person found in memory or in an older document asks here.</summary>
public sealed class Tombstones(IDocuments documents)
{
    public async ValueTask<bool> Stands(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        return found.Status != Status.NotFound && Tombstone.Is(found.Required(Profile.Store).Body.Span);
    }

    /// <summary>
    /// Puts one in the place of the profile, whatever that holds; everybody else writes a profile only as they read it, so
    /// none comes back. One that stands already stays as it is.
    /// </summary>
    public async ValueTask Raise(Subject subject, TimeSpan lives, CancellationToken stop)
    {
        if (await Stands(subject, stop)) return;
        (await documents.Put(Profile.Store, subject.ToString(), Profile.Id, Tombstone.Body, Condition.None, lives, stop)).Required(Profile.Store);
    }
}
