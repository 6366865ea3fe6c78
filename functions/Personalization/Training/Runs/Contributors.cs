using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Training.Runs;

/// <summary>
/// Who may be learned from: people who said yes to training and personalization themselves; silence is no yes here, in any region.
/// Who is erased, cannot be read or is being changed may not.
/// </summary>
public sealed class Contributors(IDocuments documents)
{
    /// <summary>Under whose key somebody contributes; null for who does not.</summary>
    public async ValueTask<UInt128?> KeyOf(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        return found.Status == Status.NotFound ? null : await KeyOf(found.Required(Profile.Store), stop);
    }

    /// <param name="profile">As it is kept.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<UInt128?> KeyOf(Document profile, CancellationToken stop)
    {
        if (profile.Id != Profile.Id || Tombstone.Is(profile.Body.Span) || !SubjectText.TryParse(profile.Partition, out var subject)) return null;
        if (!Agrees(profile.Body.Span)) return null;
        var found = await documents.Get(WholePersons.Store, profile.Partition, WholePersons.Id, stop);
        if (found.Status == Status.NotFound) return subject.Key;
        if (WholePersons.Read(found.Required(WholePersons.Store).Body) is not { IsSettled: true } whole || !whole.Members.Contains(subject)) return null;
        var vote = whole.Vote();
        var allowed = vote.Granted & ~vote.Denied;
        if (!ConsentMatrix.Allows(allowed & whole.Kept(subject), SignalClass.Training)) return null;
        // As one only where their devices may be joined; else each counts for itself.
        return ConsentMatrix.Allows(allowed, SignalClass.CrossDevice) ? whole.Members.Min(m => m.Key) : subject.Key;
    }

    private static bool Agrees(ReadOnlySpan<byte> body) =>
        DocumentHead.TryRead(body, out var head) && ConsentMatrix.Allows(head.Consent.Vote.Granted & ~head.Consent.Vote.Denied, SignalClass.Training);
}
