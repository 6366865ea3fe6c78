using System.Globalization;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Messages.Campaigns;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Functions.Triggers;

/// <summary>Marketers' word on what is said to people.</summary>
internal static class CampaignFunctions
{
    public static IEnumerable<Function> All(CampaignDesk desk) =>
    [
        new("GetCampaigns", new Trigger.Http("GET", "campaigns", Roles.Staff, http => Get(http, desk))),
        new("ListCampaignVersions", new Trigger.Http("GET", "campaigns/versions", Roles.Staff, http => List(http, desk))),
        new("PublishCampaigns", new Trigger.Http("PUT", "campaigns", Roles.Marketer, http => Publish(http, desk))),
        new("RevertCampaigns", new Trigger.Http("POST", "campaigns/revert", Roles.Marketer, http => Revert(http, desk))),
    ];

    private static async ValueTask<IResult> Get(HttpContext http, CampaignDesk desk) =>
        await desk.Show(Number(http, "version"), http.RequestAborted) is { } shown ? Answer.Json(200, shown, Json.Default.CampaignsShown) : Problem.NoSuch("version");

    private static async ValueTask<IResult> List(HttpContext http, CampaignDesk desk) =>
        Answer.Json(200, await desk.Versions(Number(http, "before"), http.RequestAborted), Json.Default.CampaignVersions);

    private static async ValueTask<IResult> Publish(HttpContext http, CampaignDesk desk)
    {
        var set = await RequestBody.Json(http, Json.Default.CampaignSet);
        if (set.Campaigns is { Count: > CampaignSet.MaxCampaigns }) return Problem.TooManyItems("campaigns", CampaignSet.MaxCampaigns);
        if (CampaignCheck.Fault(set) is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Publish(set, http.RequestAborted) is { } published
            ? Answer.Json(200, published, Json.Default.CampaignsPublished)
            : Problem.TooLarge(Document.MaxBytes);
    }

    private static async ValueTask<IResult> Revert(HttpContext http, CampaignDesk desk)
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
