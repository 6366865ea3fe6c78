using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Messages.Campaigns;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Functions.Triggers;

/// <summary>Marketers' word on what is said to people.</summary>
internal static class CampaignFunctions
{
    public static IEnumerable<Function> All(PublishingDesk<CompiledCampaigns, CampaignSet> desk)
    {
        var versions = new PublishingFunctions<CompiledCampaigns, CampaignSet>(desk, "campaigns", Json.Default.CampaignSet);
        return
        [
            new("GetCampaigns", new Trigger.Http("GET", "campaigns", Roles.Staff, versions.Get)),
            new("ListCampaignVersions", new Trigger.Http("GET", "campaigns/versions", Roles.Staff, versions.List)),
            new("PublishCampaigns", new Trigger.Http("PUT", "campaigns", Roles.Marketer, http => Publish(http, desk))),
            new("RevertCampaigns", new Trigger.Http("POST", "campaigns/revert", Roles.Marketer, versions.Revert)),
        ];
    }

    private static async ValueTask<IResult> Publish(HttpContext http, PublishingDesk<CompiledCampaigns, CampaignSet> desk)
    {
        var set = await RequestBody.Json(http, Json.Default.CampaignSet);
        if (set.Campaigns is { Count: > CampaignSet.MaxCampaigns }) return Problem.TooManyItems("campaigns", CampaignSet.MaxCampaigns);
        if (CampaignCheck.Fault(set) is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Publish(set, http.RequestAborted) is { } version
            ? Answer.Json(200, new(version, set.Count()), Json.Default.CampaignsPublished)
            : Problem.TooLarge(Document.MaxBytes);
    }
}

/// <param name="Version">What is in force now.</param>
/// <param name="Campaigns">How many it has.</param>
internal sealed record CampaignsPublished(int Version, int Campaigns);
