using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Segments;

namespace Personalization.Functions.Triggers;

/// <summary>How many people are in segments, and places of people who are scored alone, kept for campaigns.</summary>
internal static class SegmentFunctions
{
    public static IEnumerable<Function> All(BudgetDesk desk, SegmentCensus census) =>
    [
        new("CountSegments", new Trigger.Timer("0 5 4 * * *", (_, stop) => census.Run(stop))),
        new("GetSegmentBudget", new Trigger.Http("GET", "segments/budget", Roles.Staff, http => Get(http, desk))),
        new("GetSegmentSizes", new Trigger.Http("GET", "segments/sizes", Roles.Staff, async http => Answer.Json(200, await census.Show(http.RequestAborted), Json.Default.SegmentSizes))),
        new("ReserveSegments", new Trigger.Http("PUT", "segments/budget", Roles.Marketer, http => Reserve(http, desk))),
    ];

    private static async ValueTask<IResult> Get(HttpContext http, BudgetDesk desk) => Answer.Json(200, await desk.Show(http.RequestAborted), Json.Default.BudgetShown);

    private static async ValueTask<IResult> Reserve(HttpContext http, BudgetDesk desk)
    {
        var wanted = await RequestBody.Json(http, Json.Default.Reservation);
        if (wanted.Fault() is var (field, reason)) return Problem.Invalid(field, reason);
        return await desk.Reserve(wanted, http.RequestAborted) is { } shown ? Answer.Json(200, shown, Json.Default.BudgetShown) : Problem.BudgetSpent;
    }
}
