using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Workflows;
using Personalization.Identity;
using Personalization.Identity.Explaining;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;

namespace Personalization.Functions.Triggers;

/// <summary>Who is who, on somebody's word: merges, their undoing, and answers to cases. What changes people is done by a workflow.</summary>
internal static class MergeFunctions
{
    private const int MaxReason = 40;

    public static IEnumerable<Function> All(MergeDesk desk, People people, IWorkflows workflows) =>
    [
        new("MergePersons", new Trigger.Http(["POST"], "identity/merges", Roles.Compliance, http => Merge(http, desk, people, workflows), DurableClient: true)),
        new("ReadMerge", new Trigger.Http(["GET"], "identity/merges/{id}", Roles.Compliance, http => Read(http, desk, workflows), DurableClient: true)),
        new("UnmergePersons", new Trigger.Http(["DELETE"], "identity/merges/{id}", Roles.Compliance, http => Unmerge(http, desk, workflows), DurableClient: true)),
        new("ReviewCase", new Trigger.Http(["POST"], "identity/quarantine/{case}", Roles.Compliance, http => Review(http, desk, workflows), DurableClient: true)),
    ];

    private static async ValueTask<IResult> Merge(HttpContext http, MergeDesk desk, People people, IWorkflows workflows)
    {
        var (request, stop) = (await RequestBody.Json(http, Json.Default.MergeRequest), http.RequestAborted);
        var (from, wrong) = await Party(request.From, "from", people, desk, stop);
        if (wrong is not null) return wrong;
        (var into, wrong) = await Party(request.Into, "into", people, desk, stop);
        if (wrong is not null) return wrong;
        var preview = await desk.Preview(from, into, ask: !request.DryRun, stop);
        if (request.DryRun) return Answer.Json(200, preview, Json.Default.MergeAnswer);
        if (preview.Status != MergeAnswer.Ready) return Problem.NotMerged(preview.Reasons, preview.Case);
        await desk.Name(preview.Id!, from, into, stop);
        return await Start(new(PersonChangeKind.Merge, preview.Id!, MergeDesk.ByStaff), preview with { Status = "pending" }, workflows, stop);
    }

    private static async ValueTask<IResult> Unmerge(HttpContext http, MergeDesk desk, IWorkflows workflows)
    {
        var (id, stop) = (Name(http, "id"), http.RequestAborted);
        var reason = http.Request.Query["reason"].ToString() is { Length: > 0 } said ? said : MergeDesk.ByStaff;
        if (!IsReason(reason)) return NoReason;
        return await desk.Find(id, stop) switch
        {
            null => Problem.NoSuch("merge"),
            { Status: MergeAnswer.Active } active => await Start(new(PersonChangeKind.Unmerge, id, reason), active with { Status = "undoing" }, workflows, stop),
            { Status: MergeAnswer.Undone } undone => Answer.Json(200, undone, Json.Default.MergeAnswer),
            _ => Problem.NotMergedYet,
        };
    }

    private static async ValueTask<IResult> Read(HttpContext http, MergeDesk desk, IWorkflows workflows)
    {
        var (id, stop) = (Name(http, "id"), http.RequestAborted);
        if (await desk.Find(id, stop) is { Status: not null } known)
        {
            var undoing = known.Status == MergeAnswer.Active && await workflows.Find(PersonChangeWorkflow.InstanceOf(new(PersonChangeKind.Unmerge, id, MergeDesk.ByStaff)), stop) is { Status: RunStatus.Pending or RunStatus.Running or RunStatus.Suspended };
            return Answer.Json(200, undoing ? known with { Status = "undoing" } : known, Json.Default.MergeAnswer);
        }

        var change = new PersonChange(PersonChangeKind.Merge, id, MergeDesk.ByStaff);
        return await workflows.Find(PersonChangeWorkflow.InstanceOf(change), stop) is { } run ? Answer.Json(200, Told(id, run), Json.Default.MergeAnswer) : Problem.NoSuch("merge");
    }

    private static async ValueTask<IResult> Review(HttpContext http, MergeDesk desk, IWorkflows workflows)
    {
        var (name, stop) = (Name(http, "case"), http.RequestAborted);
        var request = await RequestBody.Json(http, Json.Default.ReviewRequest);
        if (request.Verdict is not ("apart" or "together")) return Problem.Invalid("verdict", "must be apart or together");
        if (!IsReason(request.Reason ?? MergeDesk.ByStaff)) return NoReason;
        if (!await desk.Asks(name, stop)) return Problem.NoSuch("case");
        var change = new PersonChange(request.Verdict == "apart" ? PersonChangeKind.KeepApart : PersonChangeKind.JoinAnyway, name, request.Reason ?? MergeDesk.ByStaff);
        return await Start(change, MergeAnswer.Standing(null, "pending") with { Case = name }, workflows, stop);
    }

    private static async ValueTask<IResult> Start(PersonChange change, MergeAnswer answer, IWorkflows workflows, CancellationToken stop)
    {
        await workflows.Start(PersonChangeWorkflow.Workflow, PersonChangeWorkflow.InstanceOf(change), change, stop);
        return Answer.Json(202, answer, Json.Default.MergeAnswer);
    }

    private static MergeAnswer Told(string id, InstanceState run) => run switch
    {
        { Status: RunStatus.Completed, Output: { } json } when JsonSerializer.Deserialize(json, Json.Default.ChangeOutcome) is { } outcome => MergeAnswer.Of(id, outcome),
        { Status: RunStatus.Failed or RunStatus.Terminated } => MergeAnswer.Standing(id, "failed"),
        _ => MergeAnswer.Standing(id, "pending"),
    };

    private static async ValueTask<(Subject Subject, IResult? Wrong)> Party(MergeParty? party, string field, People people, MergeDesk desk, CancellationToken stop)
    {
        if (party is null) return (default, Problem.Invalid(field, "is missing"));
        if (party.Subject is not null)
        {
            if (!SubjectText.TryParse(party.Subject, out var subject)) return (default, Problem.Invalid($"{field}.subject", "must be 32 hex digits in lower case"));
            return await desk.Knows(subject, stop) ? (subject, null) : (default, Problem.NoSuch("subject"));
        }

        var shown = party.Namespace is not null ? people.Show(party.Namespace, party.Value, field) : people.Show(party.User, party.Visitor);
        if (shown.Fault is var (where, why)) return (default, Problem.Invalid(where.StartsWith(field, StringComparison.Ordinal) ? where : $"{field}.{where}", why));
        if (shown.Id is null) return (default, Problem.Invalid(field, "names nobody: give subject, user, visitor, or namespace and value"));
        return await people.Find(default, shown, stop) is { } found ? (found.Subject, null) : (default, Problem.NoSuch("person"));
    }

    // As a word, because a sentence could say something of a person, and it is kept for good.
    private static bool IsReason(string text) => text.Length is > 0 and <= MaxReason && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || c == '-');

    private static Problem NoReason => Problem.Invalid("reason", $"must be a word of up to {MaxReason} lower-case letters and hyphens, such as wrong-person");

    // Whatever is no name that is given here is the name of nothing.
    private static string Name(HttpContext http, string field) => http.Request.RouteValues[field] is string { Length: 32 } name && name.All(char.IsAsciiHexDigitLower) ? name : "none";
}

/// <param name="From">One of two.</param>
/// <param name="Into">The other; neither is left over, the two are one person afterwards.</param>
/// <param name="DryRun">Only shows what would come of it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MergeRequest(MergeParty? From, MergeParty? Into, bool DryRun = false)
{
    public override string ToString() => nameof(MergeRequest);
}

/// <summary>Somebody, by one of these; a text alone is a subject.</summary>
[JsonConverter(typeof(MergePartyText))]
internal sealed record MergeParty(string? Subject, string? User, string? Visitor, string? Namespace, string? Value)
{
    public override string ToString() => nameof(MergeParty);
}

/// <param name="Verdict"><c>apart</c> or <c>together</c>.</param>
/// <param name="Reason">A word.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReviewRequest(string? Verdict, string? Reason);
