using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Decisions;

/// <summary>What was read of one member of a person.</summary>
internal readonly record struct MemberRead(Subject Subject, Outcome<Document> Profile, Outcome<Document> Vault)
{
    public bool IsThere => !Body.IsEmpty && DocumentHead.TryRead(Body.Span, out _);

    /// <summary>Empty where there is none; that of somebody who was erased is none.</summary>
    public ReadOnlyMemory<byte> Body => Profile.Ok && !Tombstone.Is(Profile.Value.Body.Span) ? Profile.Value.Body : default;

    /// <summary>The same; it may be there for a while after somebody was erased.</summary>
    public ReadOnlyMemory<byte> VaultBody => Vault.Ok && !(Profile.Ok && Tombstone.Is(Profile.Value.Body.Span)) ? Vault.Value.Body : default;
}

/// <summary>Reads the other members of a person, all at once. Who does not come in time is done without.</summary>
internal sealed class MemberReading(IDocuments documents, TimeProvider time)
{
    public async ValueTask<List<MemberRead>> Of(IReadOnlyList<Subject> members, Subject asking, TimeSpan left, CancellationToken stop)
    {
        List<Task<MemberRead>> reading = [.. members.Where(m => m != asking).Select(m => Read(m, stop))];
        var all = Task.WhenAll(reading);
        try
        {
            if (!all.IsCompleted && left > TimeSpan.Zero) await all.WaitAsync(left, time, stop);
        }
        catch (Exception e) when (e is TimeoutException or IOException or StoreUnavailableException) { }
        return [.. reading.Where(r => r.IsCompletedSuccessfully).Select(r => r.Result)];
    }

    private async Task<MemberRead> Read(Subject subject, CancellationToken stop)
    {
        var key = subject.ToString();
        var vault = documents.Get(VaultFeatures.Store, key, VaultFeatures.Id, stop);
        return new(subject, await documents.Get(Profile.Store, key, Profile.Id, stop), await vault);
    }
}
