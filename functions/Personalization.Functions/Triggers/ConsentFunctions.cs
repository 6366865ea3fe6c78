using System.Globalization;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;

namespace Personalization.Functions.Triggers;

/// <summary>What people agree to and refuse.</summary>
internal static class ConsentFunctions
{
    public static IEnumerable<Function> All(ConsentDesk desk, People people, DateOnly gpcSince)
    {
        var support = JsonSerializer.SerializeToUtf8Bytes(new(true, gpcSince.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Json.Default.GpcSupport);
        return
        [
            new("GetConsent", new Trigger.Http("GET", "consent", Roles.Frontend | Roles.Compliance, http => Get(http, desk, people))),
            new("PutConsent", new Trigger.Http("PUT", "consent", Roles.Frontend | Roles.Compliance, http => Put(http, desk, people))),
            new("PrivacyControl", new Trigger.Http("GET", ".well-known/gpc.json", Roles.Anyone, _ => new(Answer.Ready(support)))),
        ];
    }

    private static async ValueTask<IResult> Put(HttpContext http, ConsentDesk desk, People people)
    {
        var request = await RequestBody.Json(http, Json.Default.ConsentRequest);
        var gpc = Control(http.Request.Headers);
        if ((people.Fault(request.User, request.Visitor) ?? request.Fault(gpc)) is var (field, reason)) return Problem.Invalid(field, reason);
        return Answer.Json(200, await desk.Put(request, gpc, http.RequestAborted), Json.Default.ConsentAnswer);
    }

    private static async ValueTask<IResult> Get(HttpContext http, ConsentDesk desk, People people)
    {
        var (user, visitor, where) = (Value(http, "user"), Value(http, "visitor"), Value(http, "region"));
        if (user is null && visitor is null) return Problem.Invalid("visitor", "is missing; consent is a user's or a visitor's");
        if (people.Fault(user, visitor) is var (field, reason)) return Problem.Invalid(field, reason);
        if (!Region.TryParse(where, out var region) && where is not null) return Problem.Invalid("region", ConsentRequest.RegionReason);
        return Answer.Json(200, await desk.Get(user, visitor, region, http.RequestAborted), Json.Default.ConsentAnswer);
    }

    // Several headers may come; one that is exactly 1 is enough. Trailers are not looked at.
    private static Vote Control(IHeaderDictionary headers)
    {
        var vote = Vote.Silent;
        foreach (var value in headers[Gpc.Header]) vote += Gpc.Read(value);
        return vote;
    }

    // A key given twice names nobody; the empty text it becomes is refused.
    private static string? Value(HttpContext http, string key) =>
        http.Request.Query.TryGetValue(key, out var values) ? values.Count == 1 ? values[0] : "" : null;
}

/// <summary>What a site publishes about Global Privacy Control.</summary>
internal sealed record GpcSupport(bool Gpc, string LastUpdate);
