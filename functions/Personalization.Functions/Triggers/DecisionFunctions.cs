using Personalization.Decisions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Popularity;

namespace Personalization.Functions.Triggers;

/// <summary>What to show to whom.</summary>
internal static class DecisionFunctions
{
    public static IEnumerable<Function> All(Recommendations recommendations, People people, PopularityRanking popularity) =>
    [
        new("RankPopularity", new Trigger.Timer("*/10 * * * * *", (_, stop) => popularity.Rank(stop))),
        new("Recommend", new Trigger.Http("POST", "decisions/recommendations", Roles.Frontend, http => Recommend(http, recommendations, people))),
    ];

    private static async ValueTask<IResult> Recommend(HttpContext http, Recommendations recommendations, People people)
    {
        var request = await RequestBody.Json(http, Json.Default.RecommendationRequest);
        if ((people.Fault(request.User, request.Visitor) ?? request.Fault()) is var (field, reason)) return Problem.Invalid(field, reason);
        return Answer.Json(200, await recommendations.Recommend(request, http.RequestAborted), Json.Default.Recommendation);
    }
}
