using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity.Explaining;
using Personalization.Identity.Graph;

namespace Personalization.Functions.Triggers;

/// <summary>Who is who, and why, for those who answer for it.</summary>
internal static class IdentityFunctions
{
    private const int MaxCases = 1000;
    private const int Cases = 100;

    // In the host's order the list comes first, or it would be taken for a subject.
    public static IEnumerable<Function> All(IdentityDesk desk) =>
    [
        new("ListQuarantine", new Trigger.Http("GET", "identity/quarantine", Roles.Compliance, http => List(http, desk))),
        new("ReadIdentity", new Trigger.Http("GET", "identity/{subject}", Roles.Compliance, http => Read(http, desk))),
    ];

    private static async ValueTask<IResult> Read(HttpContext http, IdentityDesk desk)
    {
        if (!SubjectText.TryParse(http.Request.RouteValues["subject"] as string, out var subject)) return Problem.Invalid("subject", "must be 32 hex digits in lower case");
        return await desk.Explain(subject, http.RequestAborted) is { } report ? Answer.Json(200, report, Json.Default.IdentityReport) : Problem.NoSuch("subject");
    }

    private static async ValueTask<IResult> List(HttpContext http, IdentityDesk desk)
    {
        var query = http.Request.Query;
        var max = Cases;
        if (query.ContainsKey("max") && (!int.TryParse(query["max"], out max) || max is < 1 or > MaxCases)) return Problem.Invalid("max", $"must be a number from 1 to {MaxCases}");
        var all = query["status"].ToString();
        if (all is not ("" or "open" or "all")) return Problem.Invalid("status", "must be open or all");
        try
        {
            var page = await desk.Quarantine(all != "all", query["next"].ToString() is { Length: > 0 } next ? next : null, max, http.RequestAborted);
            return Answer.Json(200, new(page.Items, page.Next), Json.Default.CasesListed);
        }
        // Where a listing goes on is the store's own text; a changed one is the caller's mistake.
        catch (Exception e) when (e is FormatException or ArgumentException) { return Problem.Invalid("next", "is not one this list gave out"); }
    }
}

internal sealed record CasesListed(IReadOnlyList<CaseReport> Cases, string? Next);
