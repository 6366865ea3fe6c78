using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Hosting.Security;

/// <summary>
/// The one place that decides whether a call may be served: who calls, may they, and not too often. The order of the
/// lines is the policy. Without configured keys (standalone, loopback only) frontends need none and staff need the
/// generated one; a key that is presented is checked all the same.
/// </summary>
internal sealed class Admission(AuthOptions options, ApiKeys keys, RateLimits limits, HostingMode mode, bool open)
{
    /// <summary>Null admits.</summary>
    public IResult? Check(HttpContext http, Roles allowed)
    {
        if (open && !IsLoopbackName(http.Request.Host.Host)) return Problem.WrongHost();
        if (allowed == Roles.Anyone) return null;
        var caller = Identify(http.Request.Headers);
        if (limits.Refuse(caller.Bucket) is { } wait) return Problem.TooMany(wait);
        if (caller.WrongKey) return Problem.WrongKey;
        http.Features.Set(new Spending(limits, caller.Bucket));
        if ((caller.Roles & allowed) != Roles.Anyone || (open && allowed.HasFlag(Roles.Frontend)))
        {
            http.Features.Set(new Admitted(caller.Roles & allowed));
            return null;
        }

        return caller.Roles == Roles.Anyone ? Problem.NoKey : Problem.WrongRole(allowed);
    }

    private Caller Identify(IHeaderDictionary headers)
    {
        if (Presented(headers) is { } key)
            return keys.Find(key) is var (index, roles) ? new(roles, index, false) : new(Roles.Anyone, RateLimits.Strangers, true);
        if (options.PlatformPrincipal && mode.Hosted && PlatformPrincipal.Roles(headers["X-MS-CLIENT-PRINCIPAL"]) is var principal and not Roles.Anyone)
            return new(principal, RateLimits.Principals, false);
        return new(Roles.Anyone, RateLimits.Strangers, false);
    }

    private static string? Presented(IHeaderDictionary headers)
    {
        if (headers.TryGetValue("x-api-key", out var own) && own.Count > 0) return own.ToString();
        var authorization = headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : null;
    }

    // A page on another site can make a browser ask for its own name at our address; it cannot make it say localhost.
    private static bool IsLoopbackName(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]";

    private readonly record struct Caller(Roles Roles, int Bucket, bool WrongKey);
}

/// <summary>In which of a function's roles its caller was let in.</summary>
internal sealed record Admitted(Roles Roles);
