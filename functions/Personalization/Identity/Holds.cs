using System.Text;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>
/// Keeps two that change a person as a whole, such as an erasure and a merge, from doing it at once. One holds a subject
/// until it lets go, also across crashes: who asks again in the same name has it.
/// </summary>
public sealed class Holds(IDocuments documents)
{
    public static readonly Store Store = new(
        "holds", StoreKind.Documents, "privacy", "Lets only one erasure, export or merge change a person at a time",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(60), "the subject", SubjectKey.Partition);

    private const string Id = "hold";

    /// <summary>
    /// Takes all of them or none. They are tried in order of their keys, so of two who want the same ones either gets them.
    /// </summary>
    /// <param name="subjects">Of one person or of two.</param>
    /// <param name="owner">By what it is known again; says nothing about a person.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="lasts">After which it ends by itself, for an owner who may be stopped from outside; null for as long as anything is held.</param>
    public async ValueTask<bool> Take(IEnumerable<Subject> subjects, string owner, CancellationToken stop, TimeSpan? lasts = null)
    {
        List<Subject> wanted = [.. subjects.Distinct().OrderBy(s => s.Key)];
        foreach (var subject in wanted)
        {
            if (await Take(subject, owner, lasts, stop)) continue;
            // Also those behind it, which this owner may have from an earlier time.
            await Release(wanted, owner, stop);
            return false;
        }

        return true;
    }

    /// <summary>Has those that are held in this name held for as long as at first, where half of that is over.</summary>
    public async ValueTask Renew(IEnumerable<Subject> subjects, string owner, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var subject in subjects)
        {
            var found = await documents.Get(Store, subject.ToString(), Id, stop);
            if (found.Status == Status.NotFound || !Is(found.Required(Store), owner) || found.Value.Expires - now > Store.Expiry / 2) continue;
            // Unless it was let go of meanwhile.
            var put = await documents.Put(Store, subject.ToString(), Id, found.Value.Body, Condition.Matches(found.Value.Etag), null, stop);
            if (put.Status is not (Status.NotFound or Status.Conflict)) put.Required(Store);
        }
    }

    /// <summary>Lets go of those that are held in this name.</summary>
    public async ValueTask Release(IEnumerable<Subject> subjects, string owner, CancellationToken stop)
    {
        foreach (var subject in subjects)
        {
            var found = await documents.Get(Store, subject.ToString(), Id, stop);
            if (found.Status == Status.NotFound || !Is(found.Required(Store), owner)) continue;
            var deleted = await documents.Delete(Store, subject.ToString(), Id, Condition.Matches(found.Value.Etag), stop);
            if (deleted.Status is not (Status.NotFound or Status.Conflict)) deleted.Required(Store);
        }
    }

    /// <summary>In whose name a subject is held; null where it is not.</summary>
    public async ValueTask<string?> Owner(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Store, subject.ToString(), Id, stop);
        return found.Status == Status.NotFound ? null : Encoding.UTF8.GetString(found.Required(Store).Body.Span);
    }

    private async ValueTask<bool> Take(Subject subject, string owner, TimeSpan? lasts, CancellationToken stop)
    {
        var put = await documents.Put(Store, subject.ToString(), Id, Encoding.UTF8.GetBytes(owner), Condition.Absent, lasts, stop);
        if (put.Ok) return true;
        if (put.Status != Status.Conflict) put.Required(Store);
        var found = await documents.Get(Store, subject.ToString(), Id, stop);
        return found.Status != Status.NotFound && Is(found.Required(Store), owner);
    }

    private static bool Is(Document hold, string owner) => hold.Body.Span.SequenceEqual(Encoding.UTF8.GetBytes(owner));
}
