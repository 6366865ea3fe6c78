using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Identity.Graph;
using Personalization.Messages.Caps;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Identity.Merging;

/// <summary>Fetches everything a merge shows of the members of persons.</summary>
public sealed class MergeSides(IDocuments documents, ConsentLedger consents, ExposureBook exposures)
{
    private readonly CapSheets caps = new(documents);

    /// <param name="graph">With all that is known of them.</param>
    /// <param name="subjects">One or more of each person.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<IReadOnlyList<MergeSide>> Of(IdentityGraph graph, IEnumerable<Subject> subjects, CancellationToken stop)
    {
        var sides = new List<MergeSide>();
        foreach (var member in subjects.SelectMany(s => graph.ClusterOf(s).Members).Distinct())
        {
            var (profile, vault) = (await Body(Profile.Store, Profile.Id, member, stop), await Body(VaultFeatures.Store, VaultFeatures.Id, member, stop));
            sides.Add(new(member, profile, vault, await Consent(consents, graph, member, stop), (await caps.Of(member, stop)).Counts, await exposures.Read(member, stop)));
        }

        return sides;
    }

    /// <summary>What one member decided.</summary>
    public static async ValueTask<SideConsent> Consent(ConsentLedger consents, IdentityGraph graph, Subject subject, CancellationToken stop)
    {
        var rows = new List<(long, ConsentRow?)>();
        await foreach (var row in consents.Rows(subject, stop)) rows.Add(row);
        return SideConsent.Of(rows, SideConsent.ProvedBy(graph, subject));
    }

    private async ValueTask<ReadOnlyMemory<byte>> Body(Store store, string id, Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(store, subject.ToString(), id, stop);
        return found.Status == Status.NotFound ? default : found.Required(store).Body;
    }
}
