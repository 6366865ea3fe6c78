using System.Globalization;
using System.Text.Json.Serialization;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Decisions.Explaining;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Storage;

namespace Personalization.Functions.Triggers;

/// <summary>Marketers' word on what is shown.</summary>
internal static class RuleFunctions
{
    public static IEnumerable<Function> All(RuleDesk desk, RuleSimulation simulation) =>
    [
        new("GetRules", new Trigger.Http("GET", "rules", Roles.Staff, http => Get(http, desk))),
        new("ListRuleVersions", new Trigger.Http("GET", "rules/versions", Roles.Staff, http => List(http, desk))),
        new("PublishRules", new Trigger.Http("PUT", "rules", Roles.Marketer, http => Publish(http, desk))),
        new("SimulateRules", new Trigger.Http("POST", "rules/simulate", Roles.Marketer, http => Simulate(http, simulation))),
        new("RevertRules", new Trigger.Http("POST", "rules/revert", Roles.Marketer, http => Revert(http, desk))),
    ];

    private static async ValueTask<IResult> Get(HttpContext http, RuleDesk desk) =>
        await desk.Show(Number(http, "version"), http.RequestAborted) is { } shown ? Answer.Json(200, shown, Json.Default.RulesShown) : Problem.NoSuch("version");

    private static async ValueTask<IResult> List(HttpContext http, RuleDesk desk) =>
        Answer.Json(200, await desk.Versions(Number(http, "before"), http.RequestAborted), Json.Default.RuleVersions);

    private static async ValueTask<IResult> Publish(HttpContext http, RuleDesk desk)
    {
        var set = await RequestBody.Json(http, Json.Default.RuleSet);
        if (set.Rules is { Count: > RuleSet.MaxRules }) return Problem.TooManyItems("rules", RuleSet.MaxRules);
        if (RuleCheck.Fault(set) is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Publish(set, http.RequestAborted) is { } published
            ? Answer.Json(200, published, Json.Default.RulesPublished)
            : Problem.TooLarge(Document.MaxBytes);
    }

    private static async ValueTask<IResult> Simulate(HttpContext http, RuleSimulation simulation)
    {
        var request = await RequestBody.Json(http, Json.Default.SimulationRequest);
        if (request.Rules is { Count: > RuleSet.MaxRules }) return Problem.TooManyItems("rules", RuleSet.MaxRules);
        if ((request.Fault() ?? RuleCheck.Fault(request.Set)) is var (field, reason)) return Problem.Invalid(field, reason);
        return Answer.Json(200, await simulation.Run(request, http.RequestAborted), Json.Default.SimulationReport);
    }

    private static async ValueTask<IResult> Revert(HttpContext http, RuleDesk desk)
    {
        var request = await RequestBody.Json(http, Json.Default.RevertRequest);
        if (request.To is < 1) return Problem.Invalid("to", "must be the number of a version, from 1 on");
        var (outcome, version) = await desk.Revert(request.To, http.RequestAborted);
        return outcome switch
        {
            Pointing.Done => Answer.Json(200, new(version), Json.Default.Reverted),
            Pointing.Broken => Problem.VersionBroken,
            _ => Problem.NoSuch("version"),
        };
    }

    private static int? Number(HttpContext http, string name)
    {
        if (!http.Request.Query.TryGetValue(name, out var given)) return null;
        return given.Count == 1 && int.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number : throw new RefusedException(Problem.Invalid(name, "must be the number of a version, from 1 on"));
    }
}

/// <param name="To">The version; left out, the newest older one that was in force.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RevertRequest(int? To);

/// <param name="Version">What is in force now.</param>
internal sealed record Reverted(int Version);
