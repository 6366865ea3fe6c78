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
    /// <summary>As whom somebody contributes; null for who does not.</summary>
    public async ValueTask<Contributor?> Of(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        return found.Status == Status.NotFound ? null : await Of(found.Required(Profile.Store), stop);
    }

    /// <param name="profile">As it is kept.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<Contributor?> Of(Document profile, CancellationToken stop)
    {
        if (profile.Id != Profile.Id || Tombstone.Is(profile.Body.Span) || !SubjectText.TryParse(profile.Partition, out var subject)) return null;
        if (Agreed(profile.Body.Span) is not { } agreed) return null;
        var found = await documents.Get(WholePersons.Store, profile.Partition, WholePersons.Id, stop);
        if (found.Status == Status.NotFound) return new(subject.Key, agreed);
        if (WholePersons.Read(found.Required(WholePersons.Store).Body) is not { IsSettled: true } whole || !whole.Members.Contains(subject)) return null;
        var vote = whole.Vote();
        var allowed = vote.Granted & ~vote.Denied;
        var kept = allowed & whole.Kept(subject);
        if (!ConsentMatrix.Allows(kept, SignalClass.Training)) return null;
        // As one only where their devices may be joined; else each counts for itself.
        return new(ConsentMatrix.Allows(allowed, SignalClass.CrossDevice) ? whole.Members.Min(m => m.Key) : subject.Key, kept);
    }

    private static Purposes? Agreed(ReadOnlySpan<byte> body) =>
        DocumentHead.TryRead(body, out var head) && (head.Consent.Vote.Granted & ~head.Consent.Vote.Denied) is var agreed && ConsentMatrix.Allows(agreed, SignalClass.Training) ? agreed : null;
}

/// <summary>Somebody who may be learned from.</summary>
/// <param name="Key">Under which they contribute.</param>
/// <param name="Allowed">What they said yes to, themselves.</param>
public readonly record struct Contributor(UInt128 Key, Purposes Allowed);
