using System.Net;
using Personalization.Functions.Hosting.Security;

namespace Personalization.Functions.Hosting;

/// <summary>Where the process listens. Under the host: its port on loopback. Standalone: the configured addresses.</summary>
public sealed record ListenOptions(IReadOnlyList<IPEndPoint> Endpoints)
{
    public const string UrlsVariable = "ASPNETCORE_URLS";
    private const string Default = "http://127.0.0.1:7071";

    public static ListenOptions Read(Settings s, string? urls, HostingMode mode, AuthOptions auth)
    {
        if (mode.Port is { } port) return new([new(IPAddress.Loopback, port)]);
        var endpoints = new List<IPEndPoint>();
        foreach (var url in (string.IsNullOrWhiteSpace(urls) ? Default : urls).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(url) is { } endpoint) endpoints.Add(endpoint);
            else s.Refuse($"--urls or {UrlsVariable} must hold addresses such as {Default} or http://*:8080; put TLS in front of the process.");
        }

        // Without keys everybody who reaches the port could read and write: only this machine may.
        if (!auth.HasKeys && endpoints.Any(e => !IPAddress.IsLoopback(e.Address)))
            s.Refuse("Without Auth__Keys__* the engine listens on loopback addresses only; configure keys or use http://127.0.0.1:7071.");
        return new(endpoints);
    }

    private static IPEndPoint? Parse(string url)
    {
        var any = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(any, UriKind.Absolute, out var uri) || uri.Scheme != "http" || uri.PathAndQuery != "/") return null;
        if (uri.Host == "localhost") return new(IPAddress.Loopback, uri.Port);
        return IPAddress.TryParse(uri.DnsSafeHost, out var address) ? new(address, uri.Port) : null;
    }
}
