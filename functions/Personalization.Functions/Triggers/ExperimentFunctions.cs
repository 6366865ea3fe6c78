using System.Globalization;
using Personalization.Experiments;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Functions.Triggers;

/// <summary>Marketers' experiments.</summary>
internal static class ExperimentFunctions
{
    public static IEnumerable<Function> All(ExperimentDesk desk) =>
    [
        new("GetExperiments", new Trigger.Http("GET", "experiments", Roles.Staff, http => Get(http, desk))),
        new("ListExperimentVersions", new Trigger.Http("GET", "experiments/versions", Roles.Staff, http => List(http, desk))),
        new("PublishExperiments", new Trigger.Http("PUT", "experiments", Roles.Marketer, http => Publish(http, desk))),
        new("RevertExperiments", new Trigger.Http("POST", "experiments/revert", Roles.Marketer, http => Revert(http, desk))),
    ];

    private static async ValueTask<IResult> Get(HttpContext http, ExperimentDesk desk) =>
        await desk.Show(Number(http, "version"), http.RequestAborted) is { } shown ? Answer.Json(200, shown, Json.Default.ExperimentsShown) : Problem.NoSuch("version");

    private static async ValueTask<IResult> List(HttpContext http, ExperimentDesk desk) =>
        Answer.Json(200, await desk.Versions(Number(http, "before"), http.RequestAborted), Json.Default.ExperimentVersions);

    private static async ValueTask<IResult> Publish(HttpContext http, ExperimentDesk desk)
    {
        var set = await RequestBody.Json(http, Json.Default.ExperimentSet);
        if (ExperimentCheck.Fault(set) is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Publish(set, http.RequestAborted) switch
        {
            (_, var (place, why)) => Problem.Invalid(place, why),
            ({ } version, null) => Answer.Json(200, new(version, set.Layers!.Sum(l => l.Experiments!.Count)), Json.Default.ExperimentsPublished),
            _ => Problem.TooLarge(Document.MaxBytes),
        };
    }

    private static async ValueTask<IResult> Revert(HttpContext http, ExperimentDesk desk)
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

/// <param name="Version">What is in force now.</param>
/// <param name="Experiments">How many it has.</param>
internal sealed record ExperimentsPublished(int Version, int Experiments);
