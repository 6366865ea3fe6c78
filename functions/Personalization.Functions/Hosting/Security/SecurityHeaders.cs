namespace Personalization.Functions.Hosting.Security;

/// <summary>Answers are data for one caller: nothing may run, frame, guess at or keep them.</summary>
internal static class SecurityHeaders
{
    public static void Set(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
