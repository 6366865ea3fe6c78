using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Identity.Explaining;

/// <summary>Answers for what is known of a subject. Of the vault it tells where things come from and not what they are: that takes a pass.</summary>
public sealed class IdentityDesk(
    IDocuments documents, IdentityLog log, GraphRules rules, ConsentLedger consents, ConsentPolicy policy, Catalogue catalogue, AuditLog audit, TimeProvider time)
{
    /// <summary>Null where nothing is known of this subject.</summary>
    public async ValueTask<IdentityReport?> Explain(Subject subject, CancellationToken stop)
    {
        var events = await log.Around([subject], stop);
        var graph = IdentityGraph.Of(events.Select(e => e.Event), rules);
        var words = new List<(Subject, SideConsent)>();
        foreach (var member in graph.ClusterOf(subject).Members) words.Add((member, await MergeSides.Consent(consents, graph, member, stop)));
        var likely = new List<(LikelyEdge Edge, bool Usable)>();
        foreach (var edge in Likeliness.Edges(graph, graph.ClusterOf(subject))) likely.Add((edge, await BothAllow(words, edge, graph, stop)));
        var standing = await consents.Standing(subject, ConsentStanding.None, stop);
        var (profile, vault) = (await Read(Profile.Store, Profile.Id, new Profile(), subject, stop), await Read(VaultFeatures.Store, VaultFeatures.Id, new VaultFeatures(), subject, stop));
        // Where something comes from says that it is there.
        if (vault is not null) await audit.Append(new(AuditTypes.VaultRead, subject, new Dictionary<string, string>(StringComparer.Ordinal) { ["purpose"] = "explanation", ["outcome"] = "provenance" }), stop);
        if (events.Count == 0 && standing.State.Next == 0 && profile is null && vault is null) return null;
        var at = FeatureInput.Seconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var attributes = new FeatureDocument?[] { profile, vault }.OfType<FeatureDocument>().SelectMany(d => Provenance.Of(d, at)).ToList();
        var joint = JointConsent.Of(words).Allowed(policy);
        return Explained.Report(subject, graph, events, likely, standing.State, joint, attributes, catalogue.Now);
    }

    /// <summary>What is before a person, a page at a time; pages may be empty although more follow.</summary>
    public async ValueTask<Page<CaseReport>> Quarantine(bool openOnly, string? next, int max, CancellationToken stop)
    {
        var page = await log.Quarantine(next, max, stop);
        return new([.. page.Items.Where(c => c.IsOpen || !openOnly).Select(CaseReport.Of)], page.Next);
    }

    private async ValueTask<bool> BothAllow(List<(Subject, SideConsent)> own, LikelyEdge edge, IdentityGraph graph, CancellationToken stop)
    {
        foreach (var member in edge.Members)
            if (!Joins(JointConsent.Of(member, await MergeSides.Consent(consents, graph, member, stop)))) return false;
        return own.TrueForAll(s => Joins(JointConsent.Of([s])));

        bool Joins(JointConsent consent) => ConsentMatrix.Allows(consent.Allowed(policy), SignalClass.CrossDevice);
    }

    private async ValueTask<T?> Read<T>(Store store, string id, T document, Subject subject, CancellationToken stop) where T : FeatureDocument
    {
        var found = await documents.Get(store, subject.ToString(), id, stop);
        if (found.Status == Status.NotFound) return null;
        return document.Read(found.Required(store).Body.Span) ? document : null;
    }
}
