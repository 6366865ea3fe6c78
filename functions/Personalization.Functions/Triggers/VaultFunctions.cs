using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Vault;

namespace Personalization.Functions.Triggers;

/// <summary>What is kept apart of a person, for who has a pass.</summary>
internal static class VaultFunctions
{
    private const string Header = "x-vault-pass";

    public static IEnumerable<Function> All(VaultDesk desk, People people, VaultReport report) =>
    [
        new("IssueVaultPass", new Trigger.Http("POST", "vault/passes", Roles.Compliance, http => Issue(http, desk, people))),
        new("ReadVault", new Trigger.Http("GET", "vault", Roles.Compliance, http => Read(http, desk, report))),
    ];

    private static async ValueTask<IResult> Issue(HttpContext http, VaultDesk desk, People people)
    {
        var request = await RequestBody.Json(http, Json.Default.PassRequest);
        if ((people.Fault(request.User, request.Visitor) ?? request.Fault()) is var (field, reason)) return Problem.Invalid(field, reason);
        return Answer.Json(201, await desk.Issue(request, http.RequestAborted), Json.Default.IssuedPass);
    }

    private static async ValueTask<IResult> Read(HttpContext http, VaultDesk desk, VaultReport report)
    {
        var answer = await desk.Read(http.Request.Headers[Header].ToString(), http.RequestAborted);
        return answer.Outcome switch
        {
            VaultOutcome.Read => Answer.Json(200, report.Of(answer.Features!), Json.Default.VaultContent),
            VaultOutcome.NoConsent => Problem.NoConsent,
            _ => Problem.NoPass,
        };
    }
}
