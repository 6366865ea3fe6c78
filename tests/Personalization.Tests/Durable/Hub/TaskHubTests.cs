using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Durable.Hub;

/// <summary>What the embedded hub does for workflows, turn by turn.</summary>
public sealed class TaskHubTests : IAsyncLifetime
{
    private static readonly Activity<string, string> Say = World.Activity("Say");
    private static readonly Signal<string> Go = new("Go", Shapes.Default.String);
    private readonly ManualClock clock = new();
    private readonly List<string> said = [];
    private EmbeddedStorage storage = null!;

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await storage.DisposeAsync();

    [Fact]
    public async Task A_sequence_is_done_step_by_step_and_its_result_kept()
    {
        var workflow = World.Workflow("Greet", async (run, who) => await run.Call(Say, who) + await run.Call(Say, "again"));
        using var world = Hub(workflow.Function());
        Assert.True(await world.Workflows.Start(workflow, "one", "Ada", default));
        Assert.Equal(RunStatus.Pending, (await world.Workflows.Find("one", default))!.Status);
        await world.Settle();
        Assert.Equal("Completed \"[Ada][again]\"", await world.Standing("one"));
        Assert.Equal(["Ada", "again"], said);
    }

    [Fact]
    public async Task A_fan_out_is_done_in_parallel_and_joined()
    {
        var workflow = World.Workflow("Fan", async (run, n) => string.Concat(await Task.WhenAll(Enumerable.Range(0, int.Parse(n)).Select(i => run.Call(Say, $"{i}")))));
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "fan", "20", default);
        var random = new Random(7);
        await world.Settle(random.Next);
        Assert.StartsWith("Completed \"[0][1][2]", await world.Standing("fan"), StringComparison.Ordinal);
        Assert.NotEqual(said.Order(StringComparer.Ordinal), said);
    }

    [Fact]
    public async Task A_timer_of_ninety_days_passes_after_ninety_days()
    {
        var workflow = World.Workflow("Wait", async (run, _) => { var from = run.Now; await run.WaitUntil(from.AddDays(90)); return (run.Now - from).TotalDays.ToString(); });
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "w", "", default);
        for (var day = 0; day < 90; day++)
        {
            await world.Settle();
            Assert.StartsWith("Running", await world.Standing("w"), StringComparison.Ordinal);
            clock.Advance(TimeSpan.FromDays(1));
        }

        await world.Settle();
        Assert.Equal("Completed \"90\"", await world.Standing("w"));
    }

    [Fact]
    public async Task A_signal_is_heard_whether_it_comes_before_it_is_awaited_or_after()
    {
        var workflow = World.Workflow("Hear", async (run, _) => await run.Wait(Go) + await run.Wait(Go));
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "h", "", default);
        Assert.Equal(Told.Done, await world.Workflows.Raise("h", Go, "early", default));
        await world.Settle();
        Assert.Equal(Told.Done, await world.Workflows.Raise("h", Go, "late", default));
        await world.Settle();
        Assert.Equal("Completed \"earlylate\"", await world.Standing("h"));
        Assert.Equal(Told.Ended, await world.Workflows.Raise("h", Go, "too late", default));
        Assert.Equal(Told.Unknown, await world.Workflows.Raise("nobody", Go, "", default));
    }

    [Fact]
    public async Task A_signal_that_comes_after_the_time_was_over_is_left_for_who_asks_next()
    {
        var workflow = World.Workflow("Late", async (run, _) => $"{(await run.Wait(Go, run.Now.AddHours(1))).Came} {await run.Wait(Go)}");
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "l", "", default);
        await world.Settle();
        clock.Advance(TimeSpan.FromHours(1));
        await world.Settle();
        await world.Workflows.Raise("l", Go, "second", default);
        await world.Settle();
        Assert.Equal("Completed \"False second\"", await world.Standing("l"));
    }

    [Fact]
    public async Task Children_answer_their_parents_and_fail_to_them()
    {
        var child = World.Workflow("Child", async (run, s) => s == "bad" ? throw new InvalidOperationException("no good") : await run.Call(Say, s));
        var parent = World.Workflow("Parent", async (run, _) =>
        {
            var good = await run.Call(child, "kid", "good");
            try { return await run.Call(child, null, "bad"); }
            catch (StepFailedException e) { return good + e.Message; }
        });
        using var world = Hub(child.Function(), parent.Function());
        await world.Workflows.Start(parent, "p", "", default);
        await world.Settle();
        Assert.Equal("Completed \"[good]Task \\u0027Child\\u0027 (#1) failed with an unhandled exception: no good\"", await world.Standing("p"));
        Assert.Equal("Completed \"[good]\"", await world.Standing("kid"));
    }

    [Fact]
    public async Task A_step_that_fails_is_done_again_after_a_growing_wait_and_then_given_up()
    {
        var workflow = World.Workflow("Again", (run, _) => run.Call(Say, "fail", new(3, TimeSpan.FromMinutes(1), 2, TimeSpan.FromHours(1))));
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "a", "", default);
        await world.Settle();
        clock.Advance(TimeSpan.FromMinutes(1));
        await world.Settle();
        Assert.Equal(2, said.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        await world.Settle();
        Assert.Equal(2, said.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        await world.Settle();
        Assert.Equal(3, said.Count);
        // The activity's own words stay out: they may quote what it failed on.
        Assert.Equal("Failed Microsoft.DurableTask.TaskFailedException: Task 'Say' (#4) failed with an unhandled exception: The activity Say failed.", await world.Standing("a"));
    }

    [Fact]
    public async Task A_long_loop_continues_as_new_and_takes_along_what_it_has_not_heard()
    {
        Workflow<string, string> workflow = null!;
        workflow = World.Workflow("Loop", async (run, seen) =>
        {
            seen += await run.Wait(Go);
            if (seen.Length == 4) return seen;
            run.ContinueAsNew(seen, Shapes.Default.String);
            return "";
        });
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "loop", "", default);
        foreach (var c in "abcd") await world.Workflows.Raise("loop", Go, c.ToString(), default);
        await world.Settle();
        Assert.Equal("Completed \"abcd\"", await world.Standing("loop"));
    }

    [Fact]
    public async Task A_child_under_an_id_that_is_at_work_fails_to_its_parent_and_leaves_the_other_alone()
    {
        var child = World.Workflow("Busy", (run, _) => run.Wait(Go));
        var parent = World.Workflow("Asks", async (run, id) =>
        {
            try { return await run.Call(child, id, ""); }
            catch (StepFailedException e) { return e.Details!.ErrorType; }
        });
        using var world = Hub(child.Function(), parent.Function());
        await world.Workflows.Start(child, "busy", "", default);
        await world.Workflows.Start(parent, "asks", "busy", default);
        await world.Workflows.Start(parent, "itself", "itself", default);
        await world.Settle();
        Assert.Equal("Completed \"InstanceExists\"", await world.Standing("asks"));
        Assert.Equal("Completed \"InstanceExists\"", await world.Standing("itself"));
        await world.Workflows.Raise("busy", Go, "x", default);
        await world.Settle();
        Assert.Equal("Completed \"x\"", await world.Standing("busy"));
    }

    [Fact]
    public async Task A_child_under_an_id_that_nobody_takes_fails_its_parent()
    {
        var child = World.Workflow("Odd", (_, s) => Task.FromResult(s));
        var parent = World.Workflow("Asks", (run, _) => run.Call(child, "a/b", ""));
        using var world = Hub(child.Function(), parent.Function());
        await world.Workflows.Start(parent, "asks", "", default);
        await world.Settle();
        Assert.StartsWith("Failed System.ArgumentException", await world.Standing("asks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_program_left_running_is_done_though_nobody_waits_for_it()
    {
        var workflow = World.Workflow("Leaves", (run, _) => Task.WhenAny(run.Call(Say, "left"), Task.FromResult("gone")).Unwrap());
        using var world = Hub(workflow.Function());
        await world.Workflows.Start(workflow, "leaves", "", default);
        await world.Settle();
        Assert.Equal(("Completed \"gone\"", "left"), (await world.Standing("leaves"), Assert.Single(said)));
        Assert.Equal(0, world.Agenda.Count);
    }

    private World Hub(params Function[] functions) => new(new([.. functions, World.Does("Say", Speak)]), storage.Documents, clock);

    private string Speak(string text)
    {
        said.Add(text);
        return text == "fail" ? throw new InvalidOperationException("PLANTED") : $"[{text}]";
    }
}
