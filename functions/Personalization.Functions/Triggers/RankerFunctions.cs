using Personalization.Decisions.Arranging;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Publishing;

namespace Personalization.Functions.Triggers;

/// <summary>What was learned to order by: looking at it and going back.</summary>
internal static class RankerFunctions
{
    public static IEnumerable<Function> All(PublishingDesk<LearnedRankers, RankerSet> desk)
    {
        var versions = new PublishingFunctions<LearnedRankers, RankerSet>(desk, "rankers", Json.Default.RankerSet);
        return
        [
            new("ClearRankers", new Trigger.Http("DELETE", "rankers", Roles.Operator, http => Clear(http, desk))),
            new("GetRankers", new Trigger.Http("GET", "rankers", Roles.Staff, versions.Get)),
            new("ListRankerVersions", new Trigger.Http("GET", "rankers/versions", Roles.Staff, versions.List)),
            new("RevertRankers", new Trigger.Http("POST", "rankers/revert", Roles.Operator, versions.Revert)),
        ];
    }

    /// <summary>What was learned is out of force, until the next run learns again.</summary>
    private static async ValueTask<IResult> Clear(HttpContext http, PublishingDesk<LearnedRankers, RankerSet> desk)
    {
        if (await desk.Show(null, http.RequestAborted) is { Set.Rankers.Count: 0 } now) return Answer.Json(200, new(now.Version), Json.Default.Reverted);
        // A set of nothing is never too large.
        return Answer.Json(200, new((await desk.Publish(RankerSet.None with { Note = "taken out by an operator" }, http.RequestAborted))!.Value), Json.Default.Reverted);
    }
}
