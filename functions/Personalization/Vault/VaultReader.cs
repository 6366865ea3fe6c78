using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>Reads the vault. Who may is decided before this is called.</summary>
public sealed class VaultReader(IDocuments documents)
{
    private readonly Tombstones tombstones = new(documents);

    /// <summary>What is kept of a person; null where there is nothing, or nothing that can be read.</summary>
    public async ValueTask<VaultFeatures?> Read(Subject subject, CancellationToken stop)
    {
        var body = await Body(subject, stop);
        if (body.IsEmpty) return null;
        var features = new VaultFeatures();
        return features.Read(body.Span) ? features : null;
    }

    /// <summary>Whether somebody was erased; what is kept of them may be there for a while after that.</summary>
    public ValueTask<bool> IsErased(Subject subject, CancellationToken stop) => tombstones.Stands(subject, stop);

    /// <summary>As it is stored; empty where there is nothing.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Body(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(VaultFeatures.Store, subject.ToString(), VaultFeatures.Id, stop);
        return found.Status == Status.NotFound ? default : found.Required(VaultFeatures.Store).Body;
    }
}
