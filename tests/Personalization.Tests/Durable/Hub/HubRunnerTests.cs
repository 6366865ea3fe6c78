using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Durable.Hub;

/// <summary>The hub in the background, as a process that serves has it.</summary>
public sealed class HubRunnerTests : IAsyncLifetime
{
    private static readonly Activity<string, string> Say = World.Activity("Say");
    private readonly ManualClock clock = new();
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EmbeddedStorage storage = null!;
    private int count;

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await storage.DisposeAsync();

    [Fact]
    public async Task Many_instances_go_on_at_the_same_time()
    {
        var together = 50;
        var workflow = World.Workflow("Together", (run, s) => run.Call(Say, s));
        using var world = Hub(workflow, async (s, _) =>
        {
            // Nobody gets on before all are there.
            if (Interlocked.Increment(ref count) == together) release.SetResult("");
            await release.Task;
            return s;
        });
        world.Runner.Start();
        for (var i = 0; i < together; i++) await world.Workflows.Start(workflow, $"t{i}", "x", default);
        await release.Task;
        await world.Runner.Stop();
        await AfterAll(workflow, together);
    }

    [Fact]
    public async Task A_timer_wakes_its_instance()
    {
        var workflow = World.Workflow("Sleeps", async (run, s) => { await run.WaitUntil(run.Now.AddDays(10)); return await run.Call(Say, s); });
        using var world = Hub(workflow, (s, _) => { reached.TrySetResult(); return new(s); });
        world.Runner.Start();
        await world.Workflows.Start(workflow, "t0", "x", default);
        while (!reached.Task.IsCompleted)
        {
            // Only while it waits: a turn and an activity have their own time.
            if (world.Agenda.NextDue is not (0 or Cell.Never)) clock.Advance(TimeSpan.FromMinutes(61));
            await Task.Yield();
        }

        await world.Runner.Stop();
        await AfterAll(workflow, 1);
    }

    [Fact]
    public async Task Stopping_waits_for_an_activity_and_keeps_what_came_of_it()
    {
        var workflow = World.Workflow("Slow", (run, s) => run.Call(Say, s));
        using var world = Hub(workflow, async (_, _) => { Interlocked.Increment(ref count); reached.TrySetResult(); return await release.Task; });
        world.Runner.Start();
        await world.Workflows.Start(workflow, "t0", "x", default);
        await reached.Task;
        var stopping = world.Runner.Stop();
        Assert.False(stopping.IsCompleted);
        release.SetResult("x");
        await stopping;
        await AfterAll(workflow, 1);
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task An_activity_that_does_not_end_in_time_is_done_again_by_the_next_process()
    {
        var workflow = World.Workflow("Lost", (run, s) => run.Call(Say, s));
        // No limit but the stop's: however far the clock runs below, the activity is not over by itself.
        using var world = Hub(workflow, async (_, stop) => { Interlocked.Increment(ref count); reached.TrySetResult(); await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop); return ""; }, limit: TimeSpan.FromDays(49));
        world.Runner.Start();
        await world.Workflows.Start(workflow, "t0", "x", default);
        await reached.Task;
        var stopping = world.Runner.Stop();
        while (!stopping.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await AfterAll(workflow, 1);
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task An_activity_that_takes_too_long_has_failed_and_is_not_heard_any_more()
    {
        var workflow = World.Workflow("Late", async (run, s) =>
        {
            try { return await run.Call(Say, s); }
            catch (StepFailedException e) { return e.Details!.ErrorMessage; }
        });
        using var world = Hub(workflow, async (_, _) => { reached.TrySetResult(); return await release.Task; });
        world.Runner.Start();
        await world.Workflows.Start(workflow, "t0", "x", default);
        await reached.Task;
        while ((await world.Workflows.Find("t0", default))!.Status != RunStatus.Completed)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        release.SetResult("too late");
        await world.Runner.Stop();
        Assert.Equal("Completed \"The activity Say took too long.\"", await world.Standing("t0"));
    }

    // What the process had not written the next one does; what it had is not done again.
    private async Task AfterAll(Workflow<string, string> workflow, int instances)
    {
        using var next = Hub(workflow, (s, _) => new(s));
        await next.Hub.Recover(default);
        await next.Settle();
        for (var i = 0; i < instances; i++) Assert.Equal("Completed \"x\"", await next.Standing($"t{i}"));
    }

    private World Hub(Workflow<string, string> workflow, Func<string, CancellationToken, ValueTask<string>> say, TimeSpan? limit = null)
    {
        var options = HubOptions.Read(new([]));
        return new(new([workflow.Function(), Say.Does(say)]), storage.Documents, clock, options with { ActivityLimit = limit ?? options.ActivityLimit });
    }
}
