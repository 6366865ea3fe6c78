using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;

namespace Personalization.Identity.Explaining;

/// <summary>Answers for merges and cases: what one would do, and how it stands.</summary>
public sealed class MergeDesk(PersonChanges changes, IdentityLog log, Linker linker, Catalogue catalogue, AuditLog audit)
{
    /// <summary>The reason of what nobody gave a reason for.</summary>
    public const string ByStaff = "by-staff";

    /// <param name="from">One of two.</param>
    /// <param name="into">The other.</param>
    /// <param name="ask">Whether a question that has to be answered first is put.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<MergeAnswer> Preview(Subject from, Subject into, bool ask, CancellationToken stop)
    {
        var (decision, name) = await changes.Preview(from, into, ask, stop);
        if (decision is MergeDecision.Refused refused) return new(null, MergeAnswer.Refused, [.. refused.Reasons.Select(ReportNames.Of)], refused.Case?.Case, null, null);
        var preview = ((MergeDecision.Ready)decision).Preview;
        // Where something comes from says that it is there.
        foreach (var member in preview.Members) await audit.Append(Seen(member), stop);
        return new(name, MergeAnswer.Ready, [], null, MergeInverse.Of(name), PreviewReport.Of(preview, catalogue.Now));
    }

    /// <summary>Whether anything leads to a subject; a number that was somebody's once must not become somebody's again.</summary>
    public async ValueTask<bool> Knows(Subject subject, CancellationToken stop) => (await log.Read(subject, stop)).Count > 0;

    public ValueTask Name(string merge, Subject from, Subject into, CancellationToken stop) => log.Name(merge, from, into, stop);

    /// <summary>How a merge stands by the log; null where nobody knows the name, without a status where it is not done.</summary>
    public async ValueTask<MergeAnswer?> Find(string merge, CancellationToken stop)
    {
        if (await log.Find(merge, stop) is not var (from, into)) return null;
        var graph = await linker.Graph([from, into], stop);
        if (graph.Steps.FirstOrDefault(s => s.Event is Merged m && m.Merge == merge) is not { } step) return MergeAnswer.Standing(merge, null);
        var active = graph.ClusterOf(from).Merges.Any(m => m.Merge == merge);
        var status = active ? MergeAnswer.Active : step.Outcome == StepOutcome.Contested ? MergeAnswer.Contested : MergeAnswer.Undone;
        return new(merge, status, [], null, active ? MergeInverse.Of(merge) : null, null);
    }

    /// <summary>Whether there is a case of this name.</summary>
    public async ValueTask<bool> Asks(string name, CancellationToken stop) =>
        await log.Find(name, stop) is var (from, into) && (await linker.Graph([from, into], stop)).Case(name) is not null;

    private static AuditFact Seen(Subject member) =>
        new(AuditTypes.VaultRead, member, new Dictionary<string, string>(StringComparer.Ordinal) { ["purpose"] = "merge", ["outcome"] = "provenance" });
}

/// <param name="Id">The name of the merge, by which it is undone; missing where it is refused.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Reasons">Why it is refused.</param>
/// <param name="Case">The case somebody has to answer first.</param>
/// <param name="Inverse">What undoes it.</param>
/// <param name="Preview">What comes of it.</param>
public sealed record MergeAnswer(string? Id, string? Status, IReadOnlyList<string> Reasons, string? Case, MergeInverse? Inverse, PreviewReport? Preview)
{
    public static MergeAnswer Standing(string? id, string? status) => new(id, status, [], null, null, null);

    public static MergeAnswer Of(string id, ChangeOutcome outcome) => new(id, ReportNames.Of(outcome.Status), [.. outcome.Reasons.Select(ReportNames.Of)], outcome.Case, null, null);

    public const string Ready = "ready";
    public const string Refused = "refused";
    public const string Active = "active";
    public const string Undone = "undone";
    public const string Contested = "contested";
}

/// <summary>The call that undoes a merge.</summary>
public sealed record MergeInverse(string Method, string Path)
{
    public static MergeInverse Of(string merge) => new("DELETE", $"/identity/merges/{merge}");
}
