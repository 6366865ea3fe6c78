using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Workflows;
using Personalization.Privacy.Proving;

namespace Personalization.Functions.Triggers;

/// <summary>Proofs that erasure and retention work, made by the clock and on demand.</summary>
internal static class ProofFunctions
{
    private const int MaxListed = 100;
    private const int Listed = 20;

    public static IEnumerable<Function> All(RetentionSweep sweep, Drills drills, Findings findings, IWorkflows workflows) =>
    [
        new("DrillErasures", new Trigger.Timer("0 0 3 * * 1", async (_, stop) => await Start(drills, workflows, stop), DurableClient: true)),
        new("GetDrill", new Trigger.Http("GET", "privacy/drills/{id}", Roles.Compliance | Roles.Operator, http => Find(http, findings))),
        new("ListDrills", new Trigger.Http("GET", "privacy/drills", Roles.Compliance | Roles.Operator, http => List(http, findings.AllDrills, p => Answer.Json(200, new(p.Items, p.Next), Json.Default.DrillsListed)))),
        new("ListRetention", new Trigger.Http("GET", "privacy/retention", Roles.Compliance | Roles.Operator, http => List(http, findings.RetentionReports, p => Answer.Json(200, new(p.Items, p.Next), Json.Default.RetentionListed)))),
        new("ProveRetention", new Trigger.Timer("0 30 2 * * *", async (_, stop) => await sweep.Run(stop))),
        new("StartDrill", new Trigger.Http(["POST"], "privacy/drills", Roles.Compliance | Roles.Operator, async http => Answer.Json(202, await Start(drills, workflows, http.RequestAborted), Json.Default.Drill), DurableClient: true)),
        new("SweepRetention", new Trigger.Http("POST", "privacy/retention", Roles.Compliance | Roles.Operator, async http => Answer.Json(200, await sweep.Run(http.RequestAborted), Json.Default.RetentionReport))),
    ];

    private static async ValueTask<Drill> Start(Drills drills, IWorkflows workflows, CancellationToken stop)
    {
        var drill = await drills.Begin(stop);
        await workflows.Start(DrillWorkflow.Workflow, DrillWorkflow.InstanceOf(drill.Id), drill.Id, stop);
        return drill;
    }

    private static async ValueTask<IResult> Find(HttpContext http, Findings findings) =>
        http.Request.RouteValues["id"] is string { Length: <= 40 } id && await findings.Drill(id, http.RequestAborted) is { } drill ? Answer.Json(200, drill, Json.Default.Drill) : Problem.NoSuch("drill");

    private static async ValueTask<IResult> List<T>(HttpContext http, Func<string?, int, CancellationToken, ValueTask<Storage.Page<T>>> list, Func<Storage.Page<T>, IResult> answer)
    {
        var max = Listed;
        if (http.Request.Query.ContainsKey("max") && (!int.TryParse(http.Request.Query["max"], out max) || max is < 1 or > MaxListed)) return Problem.Invalid("max", $"must be a number from 1 to {MaxListed}");
        return answer(await list(http.Request.Query["next"].ToString() is { Length: > 0 } next ? next : null, max, http.RequestAborted));
    }
}

internal sealed record DrillsListed(IReadOnlyList<Drill> Drills, string? Next);

internal sealed record RetentionListed(IReadOnlyList<RetentionReport> Reports, string? Next);
