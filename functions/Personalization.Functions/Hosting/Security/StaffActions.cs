using Personalization.Audit;

namespace Personalization.Functions.Hosting.Security;

/// <summary>
/// Tells the audit log what staff do: which function, in which role, with which outcome, and nothing of what was sent. Where
/// it cannot be told the caller is answered 503, although what was asked for may be done.
/// </summary>
internal sealed class StaffActions(AuditLog audit)
{
    public async ValueTask Tell(HttpContext http, string function, int status)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return;
        if (http.Features.Get<Admitted>() is not { } caller || (caller.Roles & Roles.Staff) == Roles.Anyone) return;
        await audit.Append(
            new(AuditTypes.StaffAction, null, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["function"] = function, ["role"] = (caller.Roles & Roles.Staff).ToString().ToLowerInvariant(), ["status"] = $"{status}",
            }),
            // What was done stays done when its caller goes away.
            CancellationToken.None);
    }
}
