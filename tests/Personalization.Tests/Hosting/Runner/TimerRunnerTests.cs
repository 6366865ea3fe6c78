using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Hosting.Runner;

/// <summary>Timer functions run when they are due, and what was missed is made up for once.</summary>
public sealed class TimerRunnerTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly Channel<TimerRun> runs = Channel.CreateUnbounded<TimerRun>();
    private readonly Meter meter = new("test");

    public TimerRunnerTests() => storage = InMemory.Storage(new ManualClock());

    [Fact]
    public async Task Runs_at_its_time_and_not_before()
    {
        await using var runner = Start();
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(runs.Reader.TryRead(out _));
        clock.Advance(TimeSpan.FromSeconds(1));
        var run = await Next();
        Assert.Equal((false, new DateTimeOffset(2026, 1, 5, 9, 1, 0, TimeSpan.Zero)), (run.IsPastDue, run.Next));
    }

    [Fact]
    public async Task Occurrences_missed_while_the_process_was_down_are_made_up_for_by_one_run()
    {
        await using (Start())
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Next();
        }

        clock.Advance(TimeSpan.FromMinutes(10));
        await using var again = Start();
        Assert.True((await Next()).IsPastDue);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(runs.Reader.TryRead(out _));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await Next()).IsPastDue);
    }

    [Fact]
    public async Task A_first_start_has_missed_nothing()
    {
        await using var runner = Start();
        Assert.False(runs.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_run_that_fails_comes_again_at_its_next_time_only()
    {
        await using var runner = Start(run => throw new InvalidOperationException("this one failed"));
        clock.Advance(TimeSpan.FromMinutes(1));
        await Next();
        Assert.False(runs.Reader.TryRead(out _));
        await Saved();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Next();
    }

    [Fact]
    public async Task A_clock_that_was_set_back_silences_no_timer()
    {
        await new TimerRecord(storage.Documents).Save("Tick", clock.GetUtcNow().AddYears(1), default);
        await using var runner = Start();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Next();
    }

    [Fact]
    public async Task A_record_that_is_garbage_counts_as_none()
    {
        await storage.Documents.Put(TimerRecord.Store, "timers", "Tick", "garbage"u8.ToArray(), Condition.None, null, default);
        await using var runner = Start();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await Next()).Last);
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await storage.DisposeAsync();
    }

    private Running Start(Func<TimerRun, Task>? then = null)
    {
        var table = new FunctionTable([new("Tick", new Trigger.Timer("0 * * * * *", async (run, _) =>
        {
            runs.Writer.TryWrite(run);
            if (then is not null) await then(run);
        }))]);
        var invocations = new Invocations(meter, clock, NullLogger<Invocations>.Instance);
        var stop = new CancellationTokenSource();
        var runner = new TimerRunner(table, invocations, new(storage.Documents), clock, NullLogger<TimerRunner>.Instance);
        return new(runner.Run(stop.Token), stop);
    }

    private async Task<TimerRun> Next()
    {
        var run = await runs.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        await Saved();
        return run;
    }

    // The runner waits for its next time only after it has saved this one.
    private async Task Saved()
    {
        while (await new TimerRecord(storage.Documents).Last("Tick", default) != clock.GetUtcNow() || clock.Pending == 0) await Task.Yield();
    }

    private sealed class Running(Task work, CancellationTokenSource stop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await work;
            stop.Dispose();
        }
    }
}
