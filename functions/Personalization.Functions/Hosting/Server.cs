using Personalization.Consent;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Functions.Hosting;

/// <summary>One running process: the table's functions behind Kestrel and, as far as no host does it, the runner that drives the rest.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    // Under the host, exit code 0 would mean "never start me again"; 200 asks for a restart.
    private const int HostedExit = 200;

    private readonly OtlpExport? telemetry;
    private readonly WebApplication web;
    private readonly State state;
    private readonly Invocations invocations;
    private readonly StreamPump? pump;
    private readonly bool paused;
    private readonly TimerRunner? timers;
    private readonly HubRunner? workflows;
    private readonly CancellationTokenSource stopping = new();
    private Task timersRunning = Task.CompletedTask;
    private Task replaysRunning = Task.CompletedTask;
    private Task warming = Task.CompletedTask;

    private Server(AppOptions options, WebApplication web, State state, Composition parts, FunctionTable table, Invocations invocations, TimeProvider time)
    {
        (this.web, this.state, this.invocations, Composition, paused) = (web, state, invocations, parts, options.Stream.Paused);
        telemetry = options.OtlpEndpoint is { } endpoint ? OtlpExport.Start(endpoint, options.Telemetry) : null;
        // An embedded stream has no consumer but us, also under the host; timers are the host's where there is one.
        if (state.Embedded is { } embedded) pump = new(table, embedded.Stream, invocations, options.Stream, time, parts.Meter, Logs.CreateLogger<StreamPump>());
        if (options.Mode.Hosted) return;
        timers = new(table, invocations, new(state.Documents), time, Logs.CreateLogger<TimerRunner>());
        workflows = new(new(table, parts.Instances, parts.Agenda, invocations, options.Workflows, time, parts.Meter, Logs.CreateLogger<TaskHub>()), parts.Agenda, options.Workflows, time, Logs.CreateLogger<HubRunner>());
    }

    public Composition Composition { get; }

    public ILoggerFactory Logs => web.Services.GetRequiredService<ILoggerFactory>();

    /// <summary>Where it listens, once started.</summary>
    public IReadOnlyList<string> Addresses => [.. web.Urls];

    /// <summary>Runs until it is told to stop, and gives the exit code.</summary>
    public static async Task<int> Run(AppOptions options, TimeProvider time)
    {
        try
        {
            await using var server = await Open(options, time);
            await server.Start();
            Banner.Write(options, server.Addresses, server.StaffKey);
            await server.web.WaitForShutdownAsync();
            await server.Stop();
            return options.Mode.Hosted ? HostedExit : 0;
        }
        catch (Exception e) when (Explained(e, options) is { } why)
        {
            await Console.Error.WriteLineAsync($"error: {why}");
            return 1;
        }
    }

    /// <param name="options">Validated.</param>
    /// <param name="time">The clock of everything.</param>
    /// <param name="table">Other functions than the product's; for tests.</param>
    public static async Task<Server> Open(AppOptions options, TimeProvider time, FunctionTable? table = null)
    {
        var opened = await State.Open(options.State, Composition.Stores, time);
        await RequirePolicy(options.Consent.Policy, opened);
        var parts = Composition.Build(options, opened, time);
        table ??= parts.Table;
        var staffKey = options.Auth.HasKeys || options.Mode.Hosted ? null : Security.StaffKey.ReadOrCreate(options.State.Embedded.Directory!);
        var host = WebHost.Build(options);
        var calls = new Invocations(parts.Meter, time, host.Services.GetRequiredService<ILogger<Invocations>>());
        var endpoint = new HttpEndpoint(WebHost.Admission(options, staffKey, time), parts.Staff, calls);
        Routes.Map(host, table, endpoint, options.Mode.Hosted ? new EnvelopeEndpoint(endpoint, calls, options.Mode, options.Http) : null);
        return new(options, host, opened, parts, table, calls, time) { StaffKey = staffKey };
    }

    private string? StaffKey { get; init; }

    /// <summary>The port opens last: the first call may come a millisecond later.</summary>
    public async Task Start()
    {
        foreach (var tail in state.Embedded?.Cut ?? []) LogCut(Logs.CreateLogger<Server>(), tail.Bytes, tail.File, tail.Offset);
        await Composition.Preload();
        Composition.Decisions.Start();
        Composition.Models.Trials.Start();
        if (!paused) pump?.Start();
        workflows?.Start();
        if (timers is not null) timersRunning = timers.Run(stopping.Token);
        if (Composition.Replays is { } replays) replaysRunning = replays.Run(stopping.Token);
        await web.StartAsync();
        if (timers is not null) warming = Task.WhenAll(Composition.Table.With<Trigger.Warmup>().Select(w => Warm(w.Function.Name, w.Trigger)));
    }

    // What goes wrong is counted and logged, and what was not read is read by who needs it.
    private async Task Warm(string name, Trigger.Warmup warmup) => await invocations.Run(name, null, () => warmup.Handle(stopping.Token));

    /// <summary>No new calls, then the running ones, then what they left in the stream.</summary>
    public async Task Stop()
    {
        await web.StopAsync();
        await Quiet();
        if (pump is not null)
        {
            await pump.Drain();
            await Console.Out.WriteLineAsync($"Stopped. Events applied: {Composition.Featurizer.Applied}; left in the stream for the next start: {pump.Lag}.");
        }

        await Composition.Evaluations.Flush(CancellationToken.None);
        await Composition.Decisions.DisposeAsync();
        await Composition.Exposures.Flush(CancellationToken.None);
        await Composition.Models.Trials.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await Quiet();
        await Composition.Decisions.DisposeAsync();
        await Composition.Models.Trials.DisposeAsync();
        telemetry?.Dispose();
        await state.DisposeAsync();
        Composition.Meter.Dispose();
        stopping.Dispose();
    }

    // Whatever works beside the calls comes to its end before what it works on is closed.
    private async Task Quiet()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        await timersRunning;
        await replaysRunning;
        await warming;
        if (workflows is not null) await workflows.Stop();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A crash had left {Bytes} unacknowledged bytes at the end of {File}, from byte {Offset} on; they were cut off")]
    private static partial void LogCut(ILogger log, long bytes, string file, long offset);

    // A ledger row names the version of the policy it was written under, so a version must never mean two things.
    private static async Task RequirePolicy(ConsentPolicy policy, State opened)
    {
        string? fault;
        try { fault = await PolicyRecord.Fault(policy, opened.Documents, CancellationToken.None); }
        catch (StoreUnavailableException e) { fault = $"The consent policy cannot be compared with what is kept: {e.Message.TrimEnd('.')}"; }
        if (fault is null) return;
        await opened.DisposeAsync();
        throw new StateException([fault]);
    }

    /// <summary>What a person can do about what keeps a process from starting; null where that is not known.</summary>
    internal static string? Explained(Exception e, AppOptions options) => e switch
    {
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{string.Join(", ", options.Listen.Endpoints)} is in use. Stop the other process or choose another address with --urls.",
        IOException { InnerException: System.Net.Sockets.SocketException } or System.Net.Sockets.SocketException =>
            $"{string.Join(", ", options.Listen.Endpoints)} cannot be listened on; choose an address of this machine with --urls.",
        StorageStartException => e.Message,
        UnauthorizedAccessException or IOException => $"{e.Message} Give this process access to its files, or choose another directory with Storage__Directory.",
        StateException => "the state is not usable:\n" + e.Message,
        _ => null,
    };
}
