using Personalization.Decisions.Arranging;
using Personalization.Functions.Hosting;
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
            new("GetRankers", new Trigger.Http("GET", "rankers", Roles.Staff, versions.Get)),
            new("ListRankerVersions", new Trigger.Http("GET", "rankers/versions", Roles.Staff, versions.List)),
            new("RevertRankers", new Trigger.Http("POST", "rankers/revert", Roles.Operator, versions.Revert)),
        ];
    }
}
