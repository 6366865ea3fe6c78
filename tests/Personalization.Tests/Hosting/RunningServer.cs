using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;

namespace Personalization.Tests.Hosting;

/// <summary>The real server on a real port in this process, standalone or as the Functions host would run it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string FrontendKey = "frontend-key-for-tests";
    public const string MarketerKey = "marketer-key-for-tests";
    public const string ComplianceKey = "compliance-key-for-tests";
    public const string OperatorKey = "operator-key-for-tests";

    private readonly Server server;
    private readonly string directory;

    private RunningServer(Server server, string directory)
    {
        (this.server, this.directory) = (server, directory);
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new(server.Addresses[0]) };
    }

    public HttpClient Http { get; }

    public Composition Parts => server.Composition;

    /// <summary>Where it keeps its data.</summary>
    public string Directory => directory;

    public static Task<RunningServer> WithKeys(params (string Key, string Value)[] settings) => Start(null, null,
        [("Auth__Keys__Frontend", FrontendKey), ("Auth__Keys__Marketer", MarketerKey), ("Auth__Keys__Compliance", ComplianceKey), ("Auth__Keys__Operator", OperatorKey), .. settings]);

    public static Task<RunningServer> WithoutKeys(params (string Key, string Value)[] settings) => Start(null, null, settings);

    public static Task<RunningServer> UnderTheHost(FunctionTable? table = null, params (string Key, string Value)[] settings) => Start(table, FreePort(), settings);

    /// <summary>Sends its telemetry to this endpoint.</summary>
    public static Task<RunningServer> Exporting(string endpoint, params (string Key, string Value)[] settings) => Start(null, null, settings, endpoint);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public HttpClient Caller(string key)
    {
        var http = new HttpClient { BaseAddress = Http.BaseAddress };
        http.DefaultRequestHeaders.Add("x-api-key", key);
        return http;
    }

    /// <summary>Shows every log line of the server to one more.</summary>
    public void ShowLogsTo(ILoggerProvider reader) => server.Logs.AddProvider(reader);

    public void LogSomething() => server.Logs.CreateLogger("Personalization.Tests").LogWarning("A line for the collector");

    public Task Stop() => server.Stop();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
        System.IO.Directory.Delete(directory, recursive: true);
    }

    private static async Task<RunningServer> Start(FunctionTable? table, int? hostPort, (string Key, string Value)[] given, string? otlp = null)
    {
        var data = System.IO.Directory.CreateTempSubdirectory("personalization-").FullName;
        var settings = new Settings(given.Append((Key: "Storage__Directory", Value: data)).Append((Key: HostingMode.PortVariable, Value: hostPort?.ToString() ?? "")).Append((Key: TelemetryOptions.EndpointVariable, Value: otlp ?? "")).Select(s => KeyValuePair.Create(s.Key, s.Value)));
        var options = AppOptions.Read(settings, "http://127.0.0.1:0");
        Assert.Empty(settings.Faults());
        var built = await Server.Open(options, TimeProvider.System, table);
        await built.Start();
        return new(built, data);
    }
}
