using Personalization.Experiments;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Functions.Triggers;

/// <summary>Marketers' experiments.</summary>
internal static class ExperimentFunctions
{
    public static IEnumerable<Function> All(PublishingDesk<CompiledExperiments, ExperimentSet> desk, Definitions definitions)
    {
        var versions = new PublishingFunctions<CompiledExperiments, ExperimentSet>(desk, "experiments", Json.Default.ExperimentSet);
        return
        [
            new("GetExperiments", new Trigger.Http("GET", "experiments", Roles.Staff, versions.Get)),
            new("ListExperimentVersions", new Trigger.Http("GET", "experiments/versions", Roles.Staff, versions.List)),
            new("PublishExperiments", new Trigger.Http("PUT", "experiments", Roles.Marketer, http => Publish(http, desk, definitions))),
            new("RevertExperiments", new Trigger.Http("POST", "experiments/revert", Roles.Marketer, versions.Revert)),
        ];
    }

    private static async ValueTask<IResult> Publish(HttpContext http, PublishingDesk<CompiledExperiments, ExperimentSet> desk, Definitions definitions)
    {
        var set = await RequestBody.Json(http, Json.Default.ExperimentSet);
        if ((ExperimentCheck.Fault(set) ?? ExperimentCheck.Idle(set) ?? await definitions.Take(set, http.RequestAborted)) is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Publish(set, http.RequestAborted) is { } version
            ? Answer.Json(200, new(version, set.Count()), Json.Default.ExperimentsPublished)
            : Problem.TooLarge(Document.MaxBytes);
    }
}

/// <param name="Version">What is in force now.</param>
/// <param name="Experiments">How many it has.</param>
internal sealed record ExperimentsPublished(int Version, int Experiments);
