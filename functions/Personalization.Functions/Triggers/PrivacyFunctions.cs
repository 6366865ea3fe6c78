using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Privacy.Certifying;
using Personalization.Privacy.Exporting;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Triggers;

/// <summary>What people ask for about their data: taken, verified, approved, watched, proven, handed out.</summary>
internal static class PrivacyFunctions
{
    private const int MaxListed = 1000;
    private const int Listed = 100;

    public static IEnumerable<Function> All(RequestDesk desk, ExportDesk exports, Certificates certificates, RequestKeeper keeper, People people, PrivacyOptions options, TimeProvider time) =>
    [
        new("ApproveRequest", Waking("POST", "privacy/requests/{id}/approve", Roles.Compliance, http => Tell(http, desk, new RequestCommand.Approve(), time))),
        new("AskForPrivacy", Waking("POST", "privacy/requests", Roles.Compliance, http => Ask(http, desk, people, options, time))),
        new("CancelRequest", Waking("DELETE", "privacy/requests/{id}", Roles.Compliance, http => Tell(http, desk, new RequestCommand.Cancel(), time))),
        new("DenyRequest", Waking("POST", "privacy/requests/{id}/deny", Roles.Compliance, http => Deny(http, desk, time))),
        new("FetchExport", new Trigger.Http("GET", "privacy/exports/{token}", Roles.Anyone, http => Fetch(http, exports))),
        new("GetCertificate", new Trigger.Http("GET", "privacy/requests/{id}/certificate", Roles.Compliance, http => Certificate(http, certificates))),
        new("GetRequest", new Trigger.Http("GET", "privacy/requests/{id}", Roles.Compliance, http => Get(http, desk, time))),
        new("LinkExport", new Trigger.Http("POST", "privacy/requests/{id}/link", Roles.Compliance, http => Link(http, exports))),
        new("ListRequests", new Trigger.Http("GET", "privacy/requests", Roles.Compliance, http => List(http, desk, time))),
        new("OpenExport", new Trigger.Http("GET", "privacy/requests/{id}/export", Roles.Compliance, http => Open(http, exports))),
        new("RetryRequest", Waking("POST", "privacy/requests/{id}/retry", Roles.Compliance, http => Tell(http, desk, new RequestCommand.Retry(), time))),
        new("TendRequests", new Trigger.Timer("30 */10 * * * *", (_, stop) => keeper.Tend(stop), DurableClient: true)),
        new("VerifyRequest", Waking("POST", "privacy/requests/{id}/verify", Roles.Frontend | Roles.Compliance, http => Verify(http, desk, time))),
    ];

    private static Trigger.Http Waking(string method, string route, Roles roles, HttpHandler handle) => new([method], route, roles, handle, DurableClient: true);

    private static async ValueTask<IResult> Ask(HttpContext http, RequestDesk desk, People people, PrivacyOptions options, TimeProvider time)
    {
        var asked = await RequestBody.Json(http, Json.Default.PrivacyAsked);
        var taken = await desk.Take(PrivacyIntake.Read(asked, people, options), http.RequestAborted);
        return taken.As == TakenAs.Other ? Problem.RequestIdTaken : Answer.Json(taken.As == TakenAs.New ? 201 : 200, PrivacyStatus.Of(taken.Request, time.GetUtcNow(), taken.Token), Json.Default.PrivacyStatus);
    }

    private static async ValueTask<IResult> Get(HttpContext http, RequestDesk desk, TimeProvider time) =>
        await desk.Find(Id(http), http.RequestAborted) is { } request ? Answer.Json(200, PrivacyStatus.Of(request, time.GetUtcNow()), Json.Default.PrivacyStatus) : Problem.NoSuch("request");

    private static async ValueTask<IResult> List(HttpContext http, RequestDesk desk, TimeProvider time)
    {
        var (query, max, state) = (http.Request.Query, Listed, (RequestState?)null);
        if (query.ContainsKey("max") && (!int.TryParse(query["max"], out max) || max is < 1 or > MaxListed)) return Problem.Invalid("max", $"must be a number from 1 to {MaxListed}");
        if (query["state"].ToString() is { Length: > 0 } word && (state = RequestWords.StateOf(word)) is null) return Problem.Invalid("state", "must be one of " + string.Join(", ", Enum.GetValues<RequestState>().Select(RequestWords.Of)));
        var overdue = query["overdue"].ToString();
        if (overdue is not ("" or "true" or "false")) return Problem.Invalid("overdue", "must be true or false");
        try
        {
            var page = await desk.List(state, overdue == "true", query["next"].ToString() is { Length: > 0 } next ? next : null, max, http.RequestAborted);
            return Answer.Json(200, new([.. page.Items.Select(r => PrivacyStatus.Of(r, time.GetUtcNow()))], page.Next), Json.Default.RequestsListed);
        }
        // Where a listing goes on is the store's own text; a changed one is the caller's mistake.
        catch (Exception e) when (e is FormatException or ArgumentException) { return Problem.Invalid("next", "is not one this list gave out"); }
    }

    private static async ValueTask<IResult> Deny(HttpContext http, RequestDesk desk, TimeProvider time)
    {
        var reason = (await RequestBody.Json(http, Json.Default.DenialAsked)).Reason;
        return reason is null || !RequestRules.Reasons.Contains(reason) ? Problem.Invalid("reason", "must be one of " + string.Join(", ", RequestRules.Reasons)) : await Tell(http, desk, new RequestCommand.Deny(reason), time);
    }

    // Of a request that is not there it is said that the token is wrong: whoever guesses learns nothing either way.
    private static async ValueTask<IResult> Verify(HttpContext http, RequestDesk desk, TimeProvider time)
    {
        var token = (await RequestBody.Json(http, Json.Default.ShownToken)).Token;
        if (token is null) return Problem.Invalid("token", "is missing; it is in the answer that told of the request");
        return await desk.Tell(Id(http), RequestDesk.Verify(token), http.RequestAborted) is { } answer ? Told(answer, time) : Problem.WrongToken;
    }

    private static async ValueTask<IResult> Tell(HttpContext http, RequestDesk desk, RequestCommand command, TimeProvider time) =>
        await desk.Tell(Id(http), command, http.RequestAborted) is { } answer ? Told(answer, time) : Problem.NoSuch("request");

    private static IResult Told(RequestAnswer answer, TimeProvider time) => answer.Decision switch
    {
        RequestDecision.Refused { Why: RequestRefusal.Over } => Problem.RequestOver,
        RequestDecision.Refused { Why: RequestRefusal.Begun } => Problem.RequestBegun,
        RequestDecision.Refused { Why: RequestRefusal.WrongToken } => Problem.WrongToken,
        RequestDecision.Refused { Why: RequestRefusal.TooLate } => Problem.TokenOver,
        RequestDecision.Refused => Problem.RequestNotWaiting,
        _ => Answer.Json(200, PrivacyStatus.Of(answer.Request, time.GetUtcNow()), Json.Default.PrivacyStatus),
    };

    private static async ValueTask<IResult> Certificate(HttpContext http, Certificates certificates)
    {
        if (await certificates.Find(PrivacyRequest.HandleOf(Id(http)), http.RequestAborted) is not { } certificate) return Problem.NoSuch("certificate");
        return http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase) ? Answer.Page(CertificatePage.Html(certificate)) : Answer.Ready(certificate.File());
    }

    private static async ValueTask<IResult> Link(HttpContext http, ExportDesk exports) =>
        await exports.Give(Id(http), http.RequestAborted) is { } link ? Answer.Json(201, new(link.Path, link.Until), Json.Default.LinkGiven) : Problem.ExportGone;

    private static async ValueTask<IResult> Open(HttpContext http, ExportDesk exports) =>
        await exports.Give(Id(http), http.RequestAborted) is { } link ? Results.Redirect(link.Path) : Problem.ExportGone;

    private static async ValueTask<IResult> Fetch(HttpContext http, ExportDesk exports) =>
        await exports.Take(http.Request.RouteValues["token"] as string ?? "", http.RequestAborted) is { } file ? Answer.File(file, "application/zip", "export.zip") : Problem.ExportGone;

    private static string Id(HttpContext http) => http.Request.RouteValues["id"] as string ?? "";
}
