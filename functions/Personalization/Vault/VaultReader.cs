using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>Reads the vault. Who may is decided before this is called.</summary>
public sealed class VaultReader(IDocuments documents)
{
    /// <summary>What is kept of a person; null where there is nothing, or nothing that can be read.</summary>
    public async ValueTask<VaultFeatures?> Read(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(VaultFeatures.Store, subject.ToString(), VaultFeatures.Id, stop);
        if (found.Status == Status.NotFound) return null;
        var features = new VaultFeatures();
        return features.Read(found.Required(VaultFeatures.Store).Body.Span) ? features : null;
    }
}
