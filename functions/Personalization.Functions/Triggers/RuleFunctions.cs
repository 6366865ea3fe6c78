using Personalization.Catalog;
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
    public static IEnumerable<Function> All(PublishingDesk<CompiledRules, RuleSet> desk, Catalogue catalogue, RuleSimulation simulation)
    {
        var versions = new PublishingFunctions<CompiledRules, RuleSet>(desk, "rules", Json.Default.RuleSet);
        return
        [
            new("GetRules", new Trigger.Http("GET", "rules", Roles.Staff, versions.Get)),
            new("ListRuleVersions", new Trigger.Http("GET", "rules/versions", Roles.Staff, versions.List)),
            new("PublishRules", new Trigger.Http("PUT", "rules", Roles.Marketer, http => Publish(http, desk, catalogue))),
            new("SimulateRules", new Trigger.Http("POST", "rules/simulate", Roles.Marketer, http => Simulate(http, simulation))),
            new("RevertRules", new Trigger.Http("POST", "rules/revert", Roles.Marketer, versions.Revert)),
        ];
    }

    private static async ValueTask<IResult> Publish(HttpContext http, PublishingDesk<CompiledRules, RuleSet> desk, Catalogue catalogue)
    {
        var set = await RequestBody.Json(http, Json.Default.RuleSet);
        if (set.Rules is { Count: > RuleSet.MaxRules }) return Problem.TooManyItems("rules", RuleSet.MaxRules);
        if (RuleCheck.Fault(set) is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Publish(set, http.RequestAborted) is { } version
            ? Answer.Json(200, new(version, set.Count(), RuleConflicts.Find(CompiledRules.Of(set, version), catalogue.Now)), Json.Default.RulesPublished)
            : Problem.TooLarge(Document.MaxBytes);
    }

    private static async ValueTask<IResult> Simulate(HttpContext http, RuleSimulation simulation)
    {
        var request = await RequestBody.Json(http, Json.Default.SimulationRequest);
        if (request.Rules is { Count: > RuleSet.MaxRules }) return Problem.TooManyItems("rules", RuleSet.MaxRules);
        if ((request.Fault() ?? RuleCheck.Fault(request.Set)) is var (field, reason)) return Problem.Invalid(field, reason);
        return Answer.Json(200, await simulation.Run(request, http.RequestAborted), Json.Default.SimulationReport);
    }
}

/// <param name="Version">What is in force now.</param>
/// <param name="Rules">How many it has.</param>
/// <param name="Conflicts">Rules that contradict each other.</param>
internal sealed record RulesPublished(int Version, int Rules, IReadOnlyList<RuleConflict> Conflicts);
