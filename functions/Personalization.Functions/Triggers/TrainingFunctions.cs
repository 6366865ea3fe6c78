using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Workflows;
using Personalization.Training.Drifting;
using Personalization.Training.Evaluating.Page;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;

namespace Personalization.Functions.Triggers;

/// <summary>Training runs: by the clock and on demand, what they do and what their models are worth.</summary>
internal static class TrainingFunctions
{
    private const int Listed = 20;
    private const int MaxId = 40;

    public static IEnumerable<Function> All(TrainingDesk desk, DriftWatch drift, IWorkflows workflows, TimeProvider time) =>
    [
        new("CancelTraining", new Trigger.Http("POST", "training/{id}/cancel", Roles.Operator, http => Cancel(http, desk.Runs))),
        // Sorts before the path with an id.
        new("GetPrivacyBudget", new Trigger.Http("GET", "training/budget", Roles.Operator | Roles.Compliance, http => Budget(http, desk))),
        new("GetTraining", new Trigger.Http("GET", "training/{id}", Roles.Staff, async http => await Find(http, desk.Runs) is { } run ? Answer.Json(200, run, Json.Default.TrainingRun) : Problem.NoSuch("training"))),
        new("GetTrainingReport", new Trigger.Http("GET", "training/{id}/report", Roles.Staff, http => Report(http, desk.Runs))),
        new("ListTraining", new Trigger.Http("GET", "training", Roles.Staff, async http => Answer.Json(200, new(await desk.Runs.Newest(Listed, http.RequestAborted), await desk.Runs.Drift(http.RequestAborted)), Json.Default.TrainingListed))),
        new("RenewPrivacyBudget", new Trigger.Http("POST", "training/budget/renew", Roles.Operator, http => Renew(http, desk))),
        new("StartTraining", new Trigger.Http(["POST"], "training", Roles.Operator, http => Start(http, desk, workflows, time), DurableClient: true)),
        new("TrainModels", new Trigger.Timer("0 15 */6 * * *", (_, stop) => OnSchedule(desk, workflows, time, stop), DurableClient: true)),
        new("WatchDrift", new Trigger.Timer("0 45 * * * *", (_, stop) => Watch(desk, drift, workflows, time, stop), DurableClient: true)),
        .. TrainWorkflow.Functions(desk),
    ];

    private static async ValueTask OnSchedule(TrainingDesk desk, IWorkflows workflows, TimeProvider time, CancellationToken stop)
    {
        if (await desk.IsDue(stop)) await TrainWorkflow.Start(desk, workflows, "schedule", time, stop);
    }

    private static async ValueTask Watch(TrainingDesk desk, DriftWatch drift, IWorkflows workflows, TimeProvider time, CancellationToken stop)
    {
        var due = await desk.IsDue(stop);
        if (await drift.Calls(stop) && due) await TrainWorkflow.Start(desk, workflows, "drift", time, stop);
    }

    private static async ValueTask<IResult> Start(HttpContext http, TrainingDesk desk, IWorkflows workflows, TimeProvider time) =>
        await TrainWorkflow.Start(desk, workflows, "operator", time, http.RequestAborted) is { } run ? Answer.Json(202, run, Json.Default.TrainingRun) : Problem.TrainingRuns;

    private static async ValueTask<IResult> Cancel(HttpContext http, TrainingRuns runs)
    {
        if (await Find(http, runs) is not { } run) return Problem.NoSuch("training");
        if (run.IsOver) return Problem.TrainingOver;
        await runs.Cancel(run.Id, http.RequestAborted);
        return Answer.Json(202, run, Json.Default.TrainingRun);
    }

    private static async ValueTask<IResult> Budget(HttpContext http, TrainingDesk desk) =>
        await desk.Budget.Show(http.RequestAborted) is { } state ? Answer.Json(200, PrivacyBudgetShown.Of(state, desk.IsPrivate), Json.Default.PrivacyBudgetShown) : Problem.BudgetBroken;

    private static async ValueTask<IResult> Renew(HttpContext http, TrainingDesk desk)
    {
        var request = await RequestBody.Json(http, Json.Default.RenewRequest);
        if (!PromoteRequest.IsReason(request.Reason)) return Problem.Invalid("reason", PromoteRequest.ReasonForm);
        return await desk.Budget.Renew(request.Reason!, http.RequestAborted) switch
        {
            Renewed.Done done => Answer.Json(200, PrivacyBudgetShown.Of(done.State, desk.IsPrivate) with { GivenUp = PrivacyBudgetShown.WhatIsGivenUp }, Json.Default.PrivacyBudgetShown),
            Renewed.Unspent => Problem.BudgetUnspent,
            _ => Problem.BudgetBroken,
        };
    }

    /// <summary>As a page for whoever asks for one, else as JSON.</summary>
    private static async ValueTask<IResult> Report(HttpContext http, TrainingRuns runs)
    {
        var asked = http.Request.Query["asked"].ToString() is { Length: > 0 } given ? given : "newItems";
        if (asked is not ("newItems" or "allItems")) return Problem.Invalid("asked", "must be newItems or allItems");
        if (await Find(http, runs) is not { } run || await runs.Report(run.Id, asked, http.RequestAborted) is not { } report) return Problem.NoSuch("report");
        return http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? Results.Content(EvaluationPage.Html(report), "text/html; charset=utf-8")
            : Answer.Json(200, report, Json.Default.EvaluationReport);
    }

    private static async ValueTask<TrainingRun?> Find(HttpContext http, TrainingRuns runs) =>
        http.Request.RouteValues["id"] is string { Length: <= MaxId } id && id.All(char.IsAsciiDigit) ? await runs.Find(id, http.RequestAborted) : null;
}

internal sealed record TrainingListed(IReadOnlyList<TrainingRun> Runs, DriftFinding? Drift);
