using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf.WellKnownTypes;
using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Execution;

/// <summary>What the program sees of its run, as types and, below that, as JSON texts.</summary>
internal sealed partial class Replay
{
    /// <summary>Queues of the host hold a message back for a week at most; the .NET engine cuts timers at three days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(3);

    private readonly Numbers numbers = new(instance);
    private DateTimeOffset now;
    private bool replaying;
    private string? status;
    private bool continued;
    private string? nextInput;

    public override string Instance => instance;

    public override DateTimeOffset Now => now;

    public override bool IsReplaying => replaying;

    /// <summary>The version new runs of the workflow get.</summary>
    public int Newest { get; set; } = 1;

    public override async Task<TOut> Call<TIn, TOut>(Activity<TIn, TOut> activity, TIn input, Retry? retry = null) =>
        Read(await Act(activity.Name, JsonSerializer.Serialize(input, activity.In), retry), activity.Out);

    public override async Task<TOut> Call<TIn, TOut>(Workflow<TIn, TOut> child, string? instance, TIn input, Retry? retry = null)
    {
        if (instance is not null) InstanceId.Require(instance);
        return Read(await RunChild(child.Name, instance, VersionedInput.Write(child.Programs.Count, JsonSerializer.Serialize(input, child.In)), retry), child.Out);
    }

    public override async Task WaitUntil(DateTimeOffset time, CancellationToken cancelled = default)
    {
        Here();
        for (var passed = now; passed < time;)
        {
            passed = time - now > LongestTimer ? now + LongestTimer : time;
            await Timer(passed, cancelled);
        }
    }

    public override async Task<T> Wait<T>(Signal<T> signal) => Read(await WaitFor(signal.Name), signal.Type);

    public override async Task<Answer<T>> Wait<T>(Signal<T> signal, DateTimeOffset until)
    {
        var wait = WaitFor(signal.Name);
        if (!wait.IsCompleted)
        {
            using var enough = new CancellationTokenSource();
            var timer = WaitUntil(until, enough.Token);
            if (await Task.WhenAny(wait, timer) != wait)
            {
                signals.Forget(wait);
                return new(false, default);
            }

            Stop(enough);
        }

        return new(true, Read(await wait, signal.Type));
    }

    public override void Send<T>(string instance, Signal<T> signal, T data)
    {
        Here();
        asked.Add(new() { SendEvent = new() { Instance = new() { InstanceId = instance }, Name = signal.Name, Data = JsonSerializer.Serialize(data, signal.Type) } });
    }

    public override void Status<T>(T status, JsonTypeInfo<T> type)
    {
        Here();
        this.status = JsonSerializer.Serialize(status, type);
    }

    public override void ContinueAsNew<TIn>(TIn input, JsonTypeInfo<TIn> type) => ContinueAsNew(VersionedInput.Write(Newest, JsonSerializer.Serialize(input, type)));

    public void ContinueAsNew(string? input)
    {
        Here();
        (continued, nextInput) = (true, input);
    }

    public override string NewId()
    {
        Here();
        return numbers.Next(now).ToString();
    }

    /// <summary>An activity by its name.</summary>
    public Task<string?> Act(string name, string? input, Retry? retry = null) =>
        Repeat(_ => Ask(name, new() { ScheduleTask = new() { Name = name, Input = input } }), retry);

    /// <summary>A child by its name. A further attempt gets another id: under the first there is the one that failed.</summary>
    public Task<string?> RunChild(string name, string? child, string? input, Retry? retry = null) => Repeat(
        attempt => Ask(name, new() { CreateSubOrchestration = new() { InstanceId = ChildId(child, attempt), Name = name, Input = input } }), retry);

    public Task<string?> WaitFor(string signal)
    {
        Here();
        return signals.Wait(signal);
    }

    private string ChildId(string? given, int attempt) => given is null ? numbers.Next(now).ToString("N") : InstanceId.OfAttempt(given, attempt);

    private Task<string?> Ask(string name, OrchestratorAction action, bool timer = false) => Open(name, action, timer).Step.Task;

    private (int Id, Step Step) Open(string name, OrchestratorAction action, bool timer)
    {
        Here();
        var id = asked.Add(action);
        return (id, steps[id] = new(name, id, timer));
    }

    // A cancelled timer stays in the backend; when it fires nobody is there any more.
    private async Task Timer(DateTimeOffset at, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var (id, step) = Open("timer", new() { CreateTimer = new() { FireAt = Timestamp.FromDateTimeOffset(at) } }, timer: true);
        var given = cancelled.Register(() =>
        {
            steps.Remove(id);
            step.Cancel(cancelled);
        });
        // Unregistering waits for nobody, which disposing may.
        try { await step.Task; }
        finally { given.Unregister(); }
    }

    private async Task<string?> Repeat(Func<int, Task<string?>> attempt, Retry? retry)
    {
        for (var n = 1; ; n++)
        {
            try { return await attempt(n); }
            catch (StepFailedException e) when (retry is not null && n < retry.Attempts && e.Details is not { IsNonRetriable: true }) { }
            await WaitUntil(now + Pause(retry!, n));
        }
    }

    private static TimeSpan Pause(Retry retry, int failed) =>
        TimeSpan.FromTicks((long)Math.Min(retry.Longest.Ticks, retry.First.Ticks * Math.Pow(retry.Backoff, failed - 1)));

    private static T Read<T>(string? json, JsonTypeInfo<T> type) => json is null ? default! : JsonSerializer.Deserialize(json, type)!;

    // Not by CancelAsync, whose callbacks run on a thread of the pool.
    private static void Stop(CancellationTokenSource source) => source.Cancel();

    private void Here()
    {
        if (!thread.IsHere) throw new InvalidOperationException("A program of a workflow must stay on the thread of its turn: nothing foreign may be awaited, and no await configured away.");
    }
}
