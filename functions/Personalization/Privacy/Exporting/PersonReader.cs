using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Identity.Explaining;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Messages.Caps;
using Personalization.Privacy.Requests;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Privacy.Exporting;

/// <summary>
/// Reads everything that is kept of a person. Also the vault, and whatever they have allowed: what somebody may know about
/// themselves does not depend on what others may do with it. The audit log is told before anything leaves.
/// </summary>
public sealed class PersonReader(
    IDocuments documents, IdentityLog identities, GraphRules rules, ConsentLedger consents, ConsentPolicy policy, Catalogue catalogue, AuditLog audit, AuditReader log, IDecisionLog decided, StoreRegistry stores, TimeProvider time)
{
    private const int LogPage = 500;
    private const int MostEntries = 10_000;

    /// <summary>What is concluded of somebody, and so not theirs to take elsewhere.</summary>
    private static readonly FeatureDefinition[] Concluded = [Affinity.Category, Affinity.Brand, Affinity.PriceBand, Affinity.Attribute, SessionIntent.Declared, Novelty.Declared];

    public async ValueTask<PersonReport> Read(PrivacyRequest request, CancellationToken stop)
    {
        var (people, all) = (request.People, request.Type == RequestType.Access);
        var graph = IdentityGraph.Of((await identities.Around(people, stop)).Select(e => e.Event), rules);
        var clusters = people.Select(graph.ClusterOf).DistinctBy(c => c.First).ToList();
        var members = new List<ReportedMember>();
        var sides = new List<(Subject, SideConsent)>();
        var decisions = new List<ReportedDecision>();
        foreach (var subject in people)
        {
            var rows = await Rows(subject, stop);
            sides.Add((subject, SideConsent.Of(rows, SideConsent.ProvedBy(graph, subject))));
            if (all) await foreach (var decision in decided.Of(subject, stop)) decisions.Add(ReportNotes.Of(decision, ItemOf));
            var (log, rest) = all ? await Log(subject, stop) : (null, null);
            members.Add(new(
                subject.ToString(), await Values(subject, all, stop), [.. rows.Select(r => new ReportedConsent(r.Item1, r.Item2))],
                all ? await Exposed(subject, stop) : null, all ? await Shown(subject, stop) : null, log, rest));
        }

        var allowed = JointConsent.Of(sides).Allowed(policy);
        return new(
            request.Id, time.GetUtcNow(), RequestWords.Of(request.Type), ReportNotes.Notice(request.Type), members,
            [.. clusters.SelectMany(c => c.Links).Select(l => new ReportedIdentifier(l.Namespace, l.First.At, l.Last.At, l.Authenticated, l.Ended))],
            all ? [.. clusters.SelectMany(c => c.Confidence)] : null, all ? Asides.Merges(graph, clusters) : null, all ? Asides.Cases(graph, clusters) : null, all ? decisions : null,
            all ? [.. PurposeNames.All.Select(p => new ReportedPurpose(p.Name, allowed.HasFlag(p.Purpose)))] : null, all ? ReportNotes.Recipients : null,
            all ? [.. stores.All.Where(s => s.Subject != SubjectKey.None).Select(ReportNotes.Of)] : null, [.. Profiles.Features.All.Where(f => all || !Concluded.Contains(f)).Select(ReportNotes.Of)]);
    }

    /// <summary>For each of these, the place of the first who is one person with them now.</summary>
    public async ValueTask<IReadOnlyList<int>> Persons(IReadOnlyList<Subject> people, CancellationToken stop)
    {
        var graph = IdentityGraph.Of((await identities.Around(people, stop)).Select(e => e.Event), rules);
        var clusters = people.Select(s => graph.ClusterOf(s).First).ToList();
        return [.. clusters.Select(c => clusters.IndexOf(c))];
    }

    private async ValueTask<List<(long, ConsentRow?)>> Rows(Subject subject, CancellationToken stop)
    {
        var rows = new List<(long, ConsentRow?)>();
        await foreach (var row in consents.Rows(subject, stop)) rows.Add(row);
        return rows;
    }

    private async ValueTask<IReadOnlyList<CapReport>> Shown(Subject subject, CancellationToken stop)
    {
        var sheet = await new CapSheets(documents).Of(subject, stop);
        return [.. sheet.Counts.Totals([subject]).Select(c => new CapReport($"{c.Cap:x16}", c.Window, c.Count))];
    }

    private async ValueTask<IReadOnlyList<ExposureRow>> Exposed(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(ExposureRow.Store, subject.ToString(), ExposureRow.Id, stop);
        return found.Status == Status.NotFound ? [] : ExposureRow.Read(found.Required(ExposureRow.Store).Body);
    }

    private async ValueTask<IReadOnlyList<ReportedValue>> Values(Subject subject, bool all, CancellationToken stop)
    {
        var vault = await new VaultReader(documents).Read(subject, stop);
        if (vault is not null) await audit.Append(new(AuditTypes.VaultRead, subject, new Dictionary<string, string>(StringComparer.Ordinal) { ["purpose"] = "access", ["outcome"] = "exported" }), stop);
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        Profile? profile = new();
        if (found.Status == Status.NotFound || !profile.Read(found.Required(Profile.Store).Body.Span)) profile = null;
        var at = FeatureInput.Seconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var traced = new FeatureDocument?[] { profile, vault }.OfType<FeatureDocument>().SelectMany(d => Provenance.Of(d, at));
        return [.. traced.Where(t => all || !Concluded.Any(c => c.Name == t.Feature)).Select(Value)];
    }

    private ReportedValue Value(TracedAttribute traced)
    {
        var a = traced.Attribute;
        return new(
            traced.Feature, ReportNames.Of(traced.Kept), a.Name, About(a), Math.Round(a.Value, 4), DateTimeOffset.FromUnixTimeSeconds(a.At),
            a.Origin.Source == 0 ? null : $"{a.Origin.Source:x16}", a.Origin.Policy, PurposeNames.Of(traced.Needs));
    }

    private string ItemOf(ulong key) => catalogue.Now.Find(new ItemKey(key))?.Item.Id ?? ReportNotes.Gone;

    private string? About(in FeatureAttribute a) => a.Kind switch
    {
        KeyKind.Item => ItemOf(a.Key),
        KeyKind.Term => catalogue.Now.Terms.NameOf(new(a.Key))?.Name ?? ReportNotes.Gone,
        KeyKind.Region => new Region(a.Key).ToString(),
        _ => null,
    };

    private async ValueTask<(IReadOnlyList<ReportedEntry>, string?)> Log(Subject subject, CancellationToken stop)
    {
        var entries = new List<ReportedEntry>();
        long? next = 0;
        while (next is { } from && entries.Count < MostEntries)
        {
            var page = await log.Find(new(null, null, null, null), subject, from, LogPage, stop);
            entries.AddRange(page.Entries.Select(e => new ReportedEntry(e.At, e.Type, e.Open, e.Personal)));
            next = page.Next;
        }

        // What comes after may be about somebody else; better to say it once too often.
        return (entries, next is null ? null : ReportNotes.LogGoesOn(entries.Count));
    }
}
