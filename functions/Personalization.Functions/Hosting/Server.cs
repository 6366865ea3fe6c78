using Personalization.Functions.Hosting.Envelopes;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Functions.Hosting.Security;

namespace Personalization.Functions.Hosting;

/// <summary>One running process: the table's functions behind Kestrel and, standalone, the runner that drives the rest.</summary>
internal sealed class Server : IAsyncDisposable
{
    // Under the host, exit code 0 would mean "never start me again"; 200 asks for a restart.
    private const int HostedExit = 200;

    private readonly AppOptions options;
    private readonly OtlpExport? telemetry;
    private readonly WebApplication web;
    private readonly StreamPump pump;
    private readonly TimerRunner? timers;
    private readonly CancellationTokenSource stopping = new();
    private Task timersRunning = Task.CompletedTask;

    private Server(AppOptions options, WebApplication web, Composition parts, FunctionTable table, Invocations invocations, TimeProvider time)
    {
        (this.options, this.web, Composition) = (options, web, parts);
        telemetry = options.OtlpEndpoint is { } endpoint ? OtlpExport.Start(endpoint, options.Telemetry) : null;
        pump = new(table, parts.Streams, invocations, options.Stream, time, parts.Meter, Logs.CreateLogger<StreamPump>());
        if (!options.Mode.Hosted)
            timers = new(table, invocations, new(Path.Combine(options.Storage.Directory, "timers")), time, Logs.CreateLogger<TimerRunner>());
    }

    public Composition Composition { get; }

    public ILoggerFactory Logs => web.Services.GetRequiredService<ILoggerFactory>();

    /// <summary>Where it listens, once started.</summary>
    public IReadOnlyList<string> Addresses => [.. web.Urls];

    public static async Task<int> Run(AppOptions options, TimeProvider time)
    {
        await using var server = Build(options, time);
        try { await server.Start(); }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"error: {string.Join(", ", options.Listen.Endpoints)} is in use. Stop the other process or choose another address with --urls.");
            return 1;
        }

        Banner.Write(options, server.Addresses, server.StaffKey);
        await server.web.WaitForShutdownAsync();
        await server.Stop();
        return options.Mode.Hosted ? HostedExit : 0;
    }

    /// <param name="options">Validated.</param>
    /// <param name="time">The clock of everything.</param>
    /// <param name="table">Other functions than the product's; for tests.</param>
    public static Server Build(AppOptions options, TimeProvider time, FunctionTable? table = null)
    {
        var parts = Composition.Build(options, time);
        table ??= parts.Table;
        var staffKey = options.Auth.HasKeys || options.Mode.Hosted ? null : Security.StaffKey.ReadOrCreate(options.Storage.Directory);
        var host = WebHost.Build(options);
        var invocations = new Invocations(parts.Meter, time, host.Services.GetRequiredService<ILogger<Invocations>>());
        var endpoint = new HttpEndpoint(WebHost.Admission(options, staffKey, time), invocations);
        Routes.Map(host, table, endpoint, options.Mode.Hosted ? new EnvelopeEndpoint(endpoint, invocations, options.Mode, options.Http) : null);
        return new(options, host, parts, table, invocations, time) { StaffKey = staffKey };
    }

    private string? StaffKey { get; init; }

    /// <summary>The port opens last: the first call may come a millisecond later.</summary>
    public async Task Start()
    {
        pump.Start();
        if (timers is not null) timersRunning = timers.Run(stopping.Token);
        await web.StartAsync();
    }

    /// <summary>No new calls, then the running ones, then what they left in the stream.</summary>
    public async Task Stop()
    {
        await web.StopAsync();
        await stopping.CancelAsync();
        await timersRunning;
        var left = await pump.Drain();
        await Console.Out.WriteLineAsync($"Stopped. Events applied: {Composition.Featurizer.Applied}; left in the stream: {left}.");
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        telemetry?.Dispose();
        Composition.Meter.Dispose();
        stopping.Dispose();
    }
}
