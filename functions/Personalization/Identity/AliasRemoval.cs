using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>Takes aliases away from somebody who is erased, and from nobody else.</summary>
internal sealed class AliasRemoval(IDocuments documents, TimeProvider time)
{
    /// <summary>The version in which an alias is this subject's, or cannot be read; null where it is somebody else's or not there.</summary>
    public async ValueTask<Etag?> Find(string alias, Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Aliases.Store, alias, Aliases.Id, stop);
        if (found.Status == Status.NotFound) return null;
        return AliasBody.Read(found.Required(Aliases.Store).Body.Span) is { } holder && holder.Subject != subject ? null : found.Value.Etag;
    }

    /// <summary>False where it is not theirs, or not any more.</summary>
    public async ValueTask<bool> Drop(string alias, Subject subject, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Find(alias, subject, stop) is not { } held) return false;
            var deleted = await documents.Delete(Aliases.Store, alias, Aliases.Id, Condition.Matches(held), stop);
            if (deleted.Status == Status.NotFound) return false;
            if (deleted.Status != Status.Conflict) return deleted.Required(Aliases.Store);
            await Backoff.Pause(attempt, Aliases.Store, time, stop);
        }
    }
}
