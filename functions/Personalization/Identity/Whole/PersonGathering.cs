using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Storage;

namespace Personalization.Identity.Whole;

/// <summary>Reads what the documents of persons are, and after that what they are made of.</summary>
internal sealed class PersonGathering(IDocuments documents, Linker linker, ConsentLedger consents)
{
    /// <summary>Everybody who is one person with one of these, or was when that was last written down.</summary>
    public async ValueTask<GatheredPersons> Of(IReadOnlyList<Subject> subjects, CancellationToken stop)
    {
        var (there, waiting) = (new Dictionary<Subject, Document?>(), new Queue<Subject>(subjects));
        IdentityGraph graph;
        do
        {
            while (waiting.TryDequeue(out var subject))
            {
                if (there.ContainsKey(subject)) continue;
                var found = await documents.Get(WholePersons.Store, subject.ToString(), WholePersons.Id, stop);
                there[subject] = found.Status == Status.NotFound ? null : found.Required(WholePersons.Store);
                foreach (var side in Sides(there[subject])) waiting.Enqueue(side.Subject);
            }

            // Anew whenever a document was read, because only what is read after it is sure to be newer.
            graph = await linker.Graph([.. there.Keys], stop);
            foreach (var member in there.Keys.SelectMany(s => graph.ClusterOf(s).Members).Where(m => !there.ContainsKey(m)).ToList()) waiting.Enqueue(member);
        }
        while (waiting.Count > 0);

        var said = new Dictionary<Subject, SideConsent>();
        foreach (var subject in there.Keys) said[subject] = await MergeSides.Consent(consents, graph, subject, stop);
        return new(there, graph, said);
    }

    private static IEnumerable<SideRecord> Sides(Document? document) => document is { } there ? WholePersons.Parse(there.Body)?.Sides ?? [] : [];
}

/// <param name="Documents">By subject; null where there is none.</param>
/// <param name="Graph">Who is who.</param>
/// <param name="Said">What each of them said.</param>
internal sealed record GatheredPersons(IReadOnlyDictionary<Subject, Document?> Documents, IdentityGraph Graph, IReadOnlyDictionary<Subject, SideConsent> Said)
{
    /// <summary>
    /// What is under way with any of them. It is with all of them until it is done: whoever joins them meanwhile is in it too.
    /// </summary>
    public IReadOnlyList<UnderWay> Changes { get; } =
        [.. Documents.Values.OfType<Document>().SelectMany(d => WholePersons.Parse(d.Body)?.Changes ?? []).GroupBy(c => c.Name, StringComparer.Ordinal).Select(g => g.MaxBy(c => c.Until)!).OrderBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>What a subject is to carry; null for nothing.</summary>
    /// <param name="subject">One of them.</param>
    /// <param name="erased">Those who are to be named nowhere.</param>
    /// <param name="open">What is under way from now on.</param>
    public PersonRecord? RecordOf(Subject subject, IReadOnlySet<Subject> erased, IReadOnlyList<UnderWay> open)
    {
        var members = Graph.ClusterOf(subject).Members.Where(m => !erased.Contains(m)).ToHashSet();
        if (members.Count < 2 && open.Count == 0) return null;
        // While something is under way all who may have to do with it have their say.
        var named = open.Count == 0 ? members : Said.Keys.Where(s => !erased.Contains(s));
        return new([.. named.OrderBy(s => s.Key).Select(s => SideRecord.Of(s, members.Contains(s), Said[s]))], open);
    }
}
