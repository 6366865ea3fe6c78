using System.Globalization;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Models.Guarding;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Models.Shadowing;

namespace Personalization.Functions.Triggers;

/// <summary>The models there are, which of them serves whom, and moving them.</summary>
internal static class ModelFunctions
{
    private const int Listed = 100;
    private const int MostListed = 1000;

    public static IEnumerable<Function> All(RolloutDesk desk, CanaryWatch watch, ShadowScoring shadows, TimeProvider time) =>
    [
        new("GetChampion", new Trigger.Http("GET", "models/champion", Roles.Staff, http => Champion(http, desk, time))),
        new("GetModel", new Trigger.Http("GET", "models/{id}", Roles.Staff, http => Get(http, desk))),
        new("GetShadow", new Trigger.Http("GET", "models/{id}/shadow", Roles.Staff, http => Shadow(http, desk, shadows))),
        new("GetTrial", new Trigger.Http("GET", "models/{id}/canary", Roles.Staff, http => Trial(http, desk, watch))),
        new("ListModels", new Trigger.Http("GET", "models", Roles.Staff, http => List(http, desk))),
        new("PromoteModel", new Trigger.Http("POST", "models/{id}/promote", Roles.Operator, http => Promote(http, desk))),
        new("RollBackModel", new Trigger.Http("POST", "models/{id}/rollback", Roles.Operator, http => Rollback(http, desk))),
        new("WatchCanary", new Trigger.Timer("30 * * * * *", (_, stop) => watch.Look(stop))),
    ];

    private static async ValueTask<IResult> List(HttpContext http, RolloutDesk desk)
    {
        var max = Listed;
        if (http.Request.Query.TryGetValue("max", out var given) && (!int.TryParse(given.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out max) || max is < 1 or > MostListed)) return Problem.Invalid("max", $"must be a number from 1 to {MostListed}");
        var (now, named, cards) = (await desk.Now(http.RequestAborted), await desk.History.Named(http.RequestAborted), await desk.Registry.All(http.RequestAborted));
        return Answer.Json(200, new ModelsListed(ListedRollout.Of(now), [.. cards.Take(max).Select(c => new ListedModel(RolloutStages.Of(c.Model, now, named).Name(), c))]), Json.Default.ModelsListed);
    }

    private static async ValueTask<IResult> Get(HttpContext http, RolloutDesk desk)
    {
        if (await desk.Registry.Find(Id(http), http.RequestAborted) is not { } card) return Problem.NoSuch("model");
        var (now, named) = (await desk.Now(http.RequestAborted), await desk.History.Named(http.RequestAborted));
        return Answer.Json(200, new ListedModel(RolloutStages.Of(card.Model, now, named).Name(), card), Json.Default.ListedModel);
    }

    private static async ValueTask<IResult> Champion(HttpContext http, RolloutDesk desk, TimeProvider time)
    {
        if (await desk.History.At(Time(http) ?? time.GetUtcNow(), http.RequestAborted) is not var (version, rollout) || rollout.Model == "none") return Problem.NoChampion;
        return Answer.Json(200, new ChampionShown(version, ListedRollout.Of(rollout), await desk.Registry.Find(rollout.Model, http.RequestAborted)), Json.Default.ChampionShown);
    }

    private static async ValueTask<IResult> Shadow(HttpContext http, RolloutDesk desk, ShadowScoring shadows)
    {
        var (id, now) = (Id(http), await desk.Now(http.RequestAborted));
        if (now.InShadow.FirstOrDefault(s => s.Model == id) is not { } shadow) return await desk.Registry.Find(id, http.RequestAborted) is null ? Problem.NoSuch("model") : Problem.NotOnTrial("shadow");
        return Answer.Json(200, ShadowReport.Of(id, now.Model, await shadows.Read(shadow, now.Champion, http.RequestAborted)), Json.Default.ShadowReport);
    }

    private static async ValueTask<IResult> Trial(HttpContext http, RolloutDesk desk, CanaryWatch watch)
    {
        var (id, now) = (Id(http), await desk.Now(http.RequestAborted));
        if (now.Canary?.Model != id || await watch.Report(http.RequestAborted) is not { } verdict) return await desk.Registry.Find(id, http.RequestAborted) is null ? Problem.NoSuch("model") : Problem.NotOnTrial("canary");
        return Answer.Json(200, CanaryReport.Of(now, verdict), Json.Default.CanaryReport);
    }

    private static async ValueTask<IResult> Promote(HttpContext http, RolloutDesk desk)
    {
        var request = await RequestBody.Json(http, Json.Default.PromoteRequest);
        if (request.Fault() is var (field, reason)) return Problem.Invalid(field, reason);
        return Answered(await desk.Promote(Id(http), RolloutStages.Find(request.To)!.Value, request.Share ?? 0, request.Reason!, http.RequestAborted));
    }

    private static async ValueTask<IResult> Rollback(HttpContext http, RolloutDesk desk)
    {
        var request = await RequestBody.Json(http, Json.Default.RollbackRequest);
        return PromoteRequest.IsReason(request.Reason) ? Answered(await desk.Rollback(Id(http), request.Reason!, http.RequestAborted)) : Problem.Invalid("reason", PromoteRequest.ReasonForm);
    }

    private static IResult Answered(RolloutOutcome outcome) => outcome switch
    {
        RolloutOutcome.Done done => Answer.Json(200, ListedRollout.Of(done.Rollout), Json.Default.ListedRollout),
        RolloutOutcome.Refused refused => Problem.GatesClosed(refused.Refusals.Select(r => $"{r.Gate} {r.Reason}")),
        RolloutOutcome.Impossible impossible => Problem.NotMoved(impossible.Why),
        _ => Problem.NoSuch("model"),
    };

    private static string Id(HttpContext http)
    {
        var id = http.Request.RouteValues["id"] as string;
        return ModelNames.IsName(id) ? id! : throw new RefusedException(Problem.Invalid("id", ModelNames.Form));
    }

    private static DateTimeOffset? Time(HttpContext http)
    {
        if (!http.Request.Query.TryGetValue("at", out var given)) return null;
        return given.Count == 1 && DateTimeOffset.TryParse(given[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at : throw new RefusedException(Problem.Invalid("at", "must be a time, such as 2026-03-14T15:09:26Z"));
    }
}
