using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Bench.Storage;
using Personalization.Functions;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Durable.Protocol;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Durable;

/// <summary>What the embedded hub gets done, what instances that wait cost, and how long a long history takes.</summary>
internal static class DurableBench
{
    private const int Together = 50;
    private const int Each = 200;
    private const int Sleepers = 10_000;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    private static readonly Activity<string, string> Nothing = new("Nothing", Json.Default.String, Json.Default.String);
    private static readonly Signal<string> Never = new("Never", Json.Default.String);

    private static readonly Workflow<string, string> Sequence = new("Sequence", Json.Default.String, Json.Default.String, async (run, _) =>
    {
        for (var i = 0; i < Each; i++) await run.Call(Nothing, "x");
        return "";
    });

    private static readonly Workflow<string, string> FanOut = new("FanOut", Json.Default.String, Json.Default.String, async (run, _) =>
    {
        await Task.WhenAll(Enumerable.Range(0, Each).Select(_ => run.Call(Nothing, "x")));
        return "";
    });

    private static readonly Workflow<string, string> Sleeping = new("Sleeping", Json.Default.String, Json.Default.String, async (run, _) => $"{(await run.Wait(Never, run.Now.AddDays(30))).Came}");

    public static async Task<int> Run()
    {
        var text = new StringBuilder("# Workflows, embedded\n\n`dotnet run -c Release --project bench/Personalization.Bench -- durable`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Over the embedded store on disk, every write confirmed by the disk. Activities do nothing, so this is what the hub costs.\n\n{Report.Machine}\n\n| What | Measured | Asked |\n|---|---|---|\n");
        await Measure.InDirectory(async directory => await Row(directory, text, Sequence, 1, $"one instance, {Each} activities one after the other", ""));
        await Measure.InDirectory(async directory => await Row(directory, text, Sequence, Together, $"{Together} instances at once, {Each} activities each, one after the other", "≥ 200/s, ≥ 50 at once"));
        await Measure.InDirectory(async directory => await Row(directory, text, FanOut, Together, $"{Together} instances at once, {Each} activities each, all at once", "≥ 200/s"));
        await Measure.InDirectory(async directory => await Waiting(directory, text));
        Replaying(text);
        Report.Write("durable.md", text.ToString());
        return 0;
    }

    private static async Task Row(string directory, StringBuilder text, Workflow<string, string> workflow, int count, string what, string asked)
    {
        await using var hub = Hub.Open(directory);
        hub.Runner.Start();
        await hub.Run(workflow, "warm", 30);
        var (start, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await hub.Run(workflow, "i", count);
        var took = Stopwatch.GetElapsedTime(start);
        text.Append(CultureInfo.InvariantCulture, $"| {what} | {count * Each / took.TotalSeconds:n0} activities/s, {(Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / (count * Each):n0} µs of processor each | {asked} |\n");
    }

    private static async Task Waiting(string directory, StringBuilder text)
    {
        await using var hub = Hub.Open(directory);
        hub.Runner.Start();
        await hub.Run(Sequence, "warm", 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var idle = await Busy();
        await hub.Start(Sleeping, "s", Sleepers);
        await hub.Until(() => hub.Agenda.NextDue > 0 && hub.Turns >= Sleepers);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        text.Append(CultureInfo.InvariantCulture, $"| {Sleepers:n0} instances that wait for a signal and a timer | {kept / 1048576.0:n1} MB in all; the process uses {await Busy():p2} of one processor over {Watched.TotalSeconds:n0} s, and {idle:p2} without them | ≤ 100 MB, nothing measurable |\n");
    }

    private static async Task<double> Busy()
    {
        var (start, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.Delay(Watched, TimeProvider.System);
        return (Environment.CpuUsage.TotalTime - busy) / Stopwatch.GetElapsedTime(start);
    }

    private static void Replaying(StringBuilder text)
    {
        const int Steps = 333;
        var (at, request) = (Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), new OrchestratorRequest { InstanceId = "i" });
        HistoryEvent At(HistoryEvent e, int id = -1) { (e.EventId, e.Timestamp) = (id, at); return e; }
        var loop = new Workflow<string, string>("Loop", Json.Default.String, Json.Default.String, async (run, _) => { while (true) await run.Call(Nothing, "x"); });
        request.PastEvents.Add([At(new() { OrchestratorStarted = new() }), At(new() { ExecutionStarted = new() { Name = "Loop", Input = VersionedInput.Write(1, "\"\"") } })]);
        for (var i = 0; i < Steps; i++) request.PastEvents.Add([At(new() { TaskScheduled = new() { Name = "Nothing" } }, i), At(new() { OrchestratorStarted = new() }), At(new() { TaskCompleted = new() { TaskScheduledId = i, Result = "\"x\"" } })]);
        request.NewEvents.Add(At(new() { OrchestratorStarted = new() }));
        var (sent, replayed) = (request.ToByteString().ToBase64(), VersionedInput.Program(loop));
        var times = Enumerable.Range(0, 500).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Turn.Take(sent, replayed);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Skip(100).Order().ToList();
        text.Append(CultureInfo.InvariantCulture, $"| a turn over a history of {request.PastEvents.Count:n0} events ({sent.Length / 1024:n0} KiB), from the host's text to ours | median {times[times.Count / 2]:n2} ms, p99 {times[times.Count * 99 / 100]:n2} ms | ≤ 20 ms |\n");
    }

    private sealed record Hub(EmbeddedStorage Storage, Meter Meter, IWorkflows Workflows, Agenda Agenda, HubRunner Runner, MeterListener Listener) : IAsyncDisposable
    {
        private long ended;
        private long turns;

        public long Turns => Interlocked.Read(ref turns);

        public static Hub Open(string directory)
        {
            var (time, options, meter) = (TimeProvider.System, HubOptions.Read(new([])), new Meter("bench"));
            var storage = EmbeddedStorage.Open(new() { Directory = directory }, Composition.Stores, time);
            var (instances, agenda) = (new Instances(storage.Documents, options, time), new Agenda(time));
            var table = new FunctionTable([Sequence.Function(), FanOut.Function(), Sleeping.Function(), Nothing.Does((s, _) => new(s))]);
            var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter && i.Name is "personalization.workflows.ended" or "personalization.function.duration") l.EnableMeasurementEvents(i); } };
            var hub = new TaskHub(table, instances, agenda, new(meter, time, NullLogger<Invocations>.Instance), options, time, meter, NullLogger<TaskHub>.Instance);
            var opened = new Hub(storage, meter, new EmbeddedWorkflows(instances, agenda, time), agenda, new(hub, agenda, options, time, NullLogger<HubRunner>.Instance), listener);
            listener.SetMeasurementEventCallback<long>((_, n, _, _) => Interlocked.Add(ref opened.ended, n));
            listener.SetMeasurementEventCallback<double>((_, _, tags, _) => { if (tags[0].Value is "Sleeping") Interlocked.Increment(ref opened.turns); });
            listener.Start();
            return opened;
        }

        public Task<bool[]> Start(Workflow<string, string> workflow, string prefix, int count) =>
            Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => Workflows.Start(workflow, $"{prefix}{i}", "", default).AsTask())));

        public async Task Run(Workflow<string, string> workflow, string prefix, int count)
        {
            var before = Interlocked.Read(ref ended);
            await Start(workflow, prefix, count);
            await Until(() => Interlocked.Read(ref ended) >= before + count);
        }

        public async Task Until(Func<bool> done)
        {
            while (!done()) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        public async ValueTask DisposeAsync()
        {
            await Runner.Stop();
            Listener.Dispose();
            Meter.Dispose();
            await Storage.DisposeAsync();
        }
    }
}
