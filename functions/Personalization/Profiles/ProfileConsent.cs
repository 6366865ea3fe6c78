using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Profiles;

/// <summary>What a person decided, as their profile carries it: read for every event and decision, written when they decide.</summary>
public sealed class ProfileConsent(IDocuments documents, TimeProvider time)
{
    // It may have held a no to anything; whoever asks at the desk has the ledger put it right.
    private static readonly ConsentState Unreadable = new(Vote.No(Purposes.All), 0, default);

    private readonly Tombstones tombstones = new(documents);

    /// <summary>Null where there is no profile, or no more; a no to everything where it cannot be read.</summary>
    public async ValueTask<ConsentState?> Find(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        if (found.Status == Status.NotFound || Tombstone.Is(found.Required(Profile.Store).Body.Span)) return null;
        return DocumentHead.TryRead(found.Required(Profile.Store).Body.Span, out var head) ? head.Consent : Unreadable;
    }

    public ValueTask<bool> IsErased(Subject subject, CancellationToken stop) => tombstones.Stands(subject, stop);

    /// <summary>Nothing decided where there is no profile.</summary>
    public async ValueTask<ConsentState> Read(Subject subject, CancellationToken stop) => await Find(subject, stop) ?? ConsentState.None;

    /// <summary>
    /// Stores what was decided and, in the same write, clears every feature that is not covered any more; then the vault, and
    /// what they saw of experiments.
    /// An older state than the stored one changes nothing there, but clears all the same.
    /// </summary>
    /// <returns>False where the person was erased: then nothing is stored.</returns>
    public async ValueTask<bool> Write(Subject subject, ConsentState state, Purposes effective, CancellationToken stop)
    {
        // Before the profile, whose state then proves that it was done; and after, for what a delivery under way brought back.
        await CleanVault(subject.ToString(), effective, stop);
        var written = await DocumentUpdate.Run(documents, Profile.Store, subject.ToString(), Profile.Id, body => Profiled(body, state, effective), time, stop);
        await CleanVault(subject.ToString(), effective, stop);
        if (!ConsentMatrix.Allows(effective, SignalClass.Exposure)) await Delete(ExposureRow.Store, subject.ToString(), ExposureRow.Id, stop);
        return written;
    }

    private async ValueTask CleanVault(string key, Purposes effective, CancellationToken stop)
    {
        if (effective.HasFlag(VaultFeatures.Needs))
        {
            await DocumentUpdate.Run(documents, VaultFeatures.Store, key, VaultFeatures.Id, body => Kept(body, effective), time, stop);
            return;
        }

        await Delete(VaultFeatures.Store, key, VaultFeatures.Id, stop);
    }

    private async ValueTask Delete(Store store, string key, string id, CancellationToken stop)
    {
        var deleted = await documents.Delete(store, key, id, Condition.None, stop);
        if (deleted.Status != Status.NotFound) deleted.Required(store);
    }

    private static ReadOnlyMemory<byte>? Profiled(ReadOnlyMemory<byte>? body, in ConsentState state, Purposes effective)
    {
        if (body is { } there && Tombstone.Is(there.Span)) return null;
        var profile = new Profile();
        // A profile nobody can read is not served either; what the person decided must be stored.
        if (body is null || !profile.Read(body.Value.Span)) profile.Begin(state);
        if (state.Next >= profile.Consent.Next) profile.Consent = state;
        profile.Keep(effective & ~profile.Consent.Vote.Denied);
        return Written(profile);
    }

    private static ReadOnlyMemory<byte>? Kept(ReadOnlyMemory<byte>? body, Purposes effective)
    {
        if (body is null) return null;
        var vault = new VaultFeatures();
        if (!vault.Read(body.Value.Span)) return null;
        vault.Keep(effective);
        return Written(vault);
    }

    private static ReadOnlyMemory<byte> Written(FeatureDocument document)
    {
        var room = new byte[document.MaxBytes];
        return room.AsMemory(0, document.Write(room));
    }
}
