namespace Personalization.Functions.Hosting.Http;

/// <param name="MaxBodyBytes">Largest request body of a public call.</param>
/// <param name="MaxEnvelopeBytes">Largest frame the host may post; a batch of events is one frame.</param>
/// <param name="MaxHeaderBytes">All headers of a request together.</param>
/// <param name="CorsOrigins">Origins whose pages may call us directly; standalone only, in Azure the platform does it.</param>
public sealed record HttpOptions(int MaxBodyBytes, int MaxEnvelopeBytes, int MaxHeaderBytes, IReadOnlyList<string> CorsOrigins)
{
    public static HttpOptions Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<HttpOptions>() ?? http.RequestServices.GetRequiredService<HttpOptions>();

    public static HttpOptions Read(Settings s)
    {
        var options = new HttpOptions(
            s.Int("Http:MaxBodyBytes", 1024 * 1024, 1024, 100 * 1024 * 1024, "largest body of a public request, in bytes"),
            s.Int("Http:MaxEnvelopeBytes", 100 * 1024 * 1024, 1024 * 1024, 1024 * 1024 * 1024, "largest frame the Functions host may post, in bytes"),
            s.Int("Http:MaxHeaderBytes", 32 * 1024, 4096, 1024 * 1024, "all headers of a request together, in bytes"),
            s.List("Http:CorsOrigins", "origins whose pages may call the API from a browser, comma-separated; standalone only"));
        foreach (var origin in options.CorsOrigins.Where(o => !IsOrigin(o)))
            s.Refuse("Http__CorsOrigins must hold origins such as https://shop.example, without a path.");
        return options;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}
