using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Durable.Hub;

/// <summary>An instance that cannot go on is set aside where everybody sees it, is lost nothing of, and stands in nobody's way.</summary>
public sealed class PoisonTests : IAsyncLifetime
{
    private static readonly Activity<string, string> Say = World.Activity("Say");
    private static readonly Workflow<string, string> Good = World.Workflow("Good", (run, s) => run.Call(Say, s));
    private readonly ManualClock clock = new();
    private EmbeddedStorage storage = null!;

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await storage.DisposeAsync();

    [Fact]
    public async Task A_document_nobody_can_read_waits_until_it_is_restored()
    {
        using var world = Hub(Good.Function());
        await world.Workflows.Start(Good, "hurt", "x", default);
        var kept = (await storage.Documents.Get(Instances.Store, "hurt", "instance", default)).Value.Body.ToArray();
        await storage.Documents.Put(Instances.Store, "hurt", "instance", Encoding.UTF8.GetBytes("not an instance"), Condition.None, null, default);
        await OthersGoOn(world, "unreadable");
        await storage.Documents.Put(Instances.Store, "hurt", "instance", kept, Condition.None, null, default);
        await Recovers(world, "hurt");
    }

    [Fact]
    public async Task A_version_this_build_does_not_have_waits_for_one_that_has_it()
    {
        var two = World.Workflow("Versioned", (_, _) => Task.FromResult("one"), (run, s) => run.Call(Say, s));
        var one = World.Workflow("Versioned", (_, _) => Task.FromResult("one"));
        using (var newer = Hub(two.Function(), Good.Function()))
            await newer.Workflows.Start(two, "newer", "x", default);
        using var older = Hub(one.Function(), Good.Function());
        await older.Hub.Recover(default);
        await OthersGoOn(older, "build");
        using var again = Hub(two.Function(), Good.Function());
        await again.Hub.Recover(default);
        await Recovers(again, "newer");
    }

    [Fact]
    public async Task An_instance_ends_by_the_version_it_began_with_and_goes_on_as_new_with_the_newest()
    {
        var go = new Signal<string>("Go", Shapes.Default.String);
        Func<WorkflowContext, string, Task<string>> first = async (run, s) =>
        {
            var heard = await run.Wait(go);
            if (heard == "end") return "v1" + s;
            run.ContinueAsNew("+", Shapes.Default.String);
            return "";
        };
        var before = World.Workflow("Changing", first);
        var after = World.Workflow("Changing", first, async (run, s) => "v2" + s + await run.Wait(go));
        using (var old = Hub(before.Function()))
        {
            await old.Workflows.Start(before, "ends", "", default);
            await old.Workflows.Start(before, "again", "", default);
            await old.Settle();
        }

        using var upgraded = Hub(after.Function());
        await upgraded.Hub.Recover(default);
        await upgraded.Workflows.Start(after, "new", "", default);
        await upgraded.Workflows.Raise("ends", go, "end", default);
        await upgraded.Workflows.Raise("again", go, "again", default);
        await upgraded.Workflows.Raise("new", go, "!", default);
        await upgraded.Settle();
        await upgraded.Workflows.Raise("again", go, "!", default);
        await upgraded.Settle();
        Assert.Equal("Completed \"v1\"", await upgraded.Standing("ends"));
        Assert.Equal("Completed \"v2!\"", await upgraded.Standing("new"));
        Assert.Equal("Completed \"v2\\u002B!\"", await upgraded.Standing("again"));
    }

    [Fact]
    public async Task An_instance_of_a_retired_version_can_be_ended_by_hand()
    {
        var go = new Signal<string>("Go", Shapes.Default.String);
        var old = World.Workflow("Retired", (run, _) => run.Wait(go));
        var retired = World.Workflow("Retired", null, (_, _) => Task.FromResult("two"));
        using (var former = Hub(old.Function()))
        {
            await former.Workflows.Start(old, "left", "", default);
            await former.Settle();
        }

        using var world = Hub(retired.Function());
        await world.Hub.Recover(default);
        await world.Workflows.Raise("left", go, "x", default);
        await world.Settle();
        Assert.Equal(1, Stuck(world, "build"));
        await world.Workflows.Terminate("left", "nobody runs it any more", default);
        await world.Settle();
        Assert.Equal("Terminated nobody runs it any more", await world.Standing("left"));
        Assert.Equal(0, Stuck(world, "build"));
    }

    [Fact]
    public async Task An_activity_this_build_does_not_have_waits_for_one_that_has_it()
    {
        var missing = World.Activity("Missing");
        var workflow = World.Workflow("Calls", (run, s) => run.Call(missing, s));
        using (var world = Hub(workflow.Function(), Good.Function()))
        {
            await world.Workflows.Start(workflow, "calls", "x", default);
            await OthersGoOn(world, "build");
        }

        using var again = Hub(workflow.Function(), World.Does("Missing", s => s));
        await again.Hub.Recover(default);
        await again.Settle();
        Assert.Equal("Completed \"x\"", await again.Standing("calls"));
    }

    [Fact]
    public async Task A_turn_that_does_not_come_back_is_given_up_until_it_does()
    {
        using var release = new ManualResetEventSlim();
        var hanging = World.Workflow("Hanging", (_, _) => { release.Wait(); return Task.FromResult(""); });
        using var world = Hub(hanging.Function(), Good.Function());
        await world.Workflows.Start(hanging, "hangs", "", default);
        var settling = Task.Run(() => world.Settle());
        while (!settling.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        await OthersGoOn(world, "turn");
        // Also when it is told something: its thread is still at it.
        Assert.Equal(Told.Done, await world.Workflows.Resume("hangs", "", default));
        await world.Settle();
        Assert.StartsWith("Pending", await world.Standing("hangs"), StringComparison.Ordinal);
        release.Set();
        while (world.Agenda.NextDue == Cell.Never) await Task.Yield();
        await world.Settle();
        Assert.Equal("Completed \"\"", await world.Standing("hangs"));
    }

    [Fact]
    public async Task What_has_ended_leaves_by_itself_or_when_it_is_asked_to()
    {
        using var world = Hub(Good.Function());
        foreach (var id in (string[])["leaves", "purged"]) await world.Workflows.Start(Good, id, "x", default);
        Assert.Equal(Told.Ended, await world.Workflows.Purge("purged", default));
        await world.Settle();
        Assert.Equal(Told.Done, await world.Workflows.Purge("purged", default));
        Assert.Equal(Told.Unknown, await world.Workflows.Purge("purged", default));
        clock.Advance(TimeSpan.FromDays(29));
        Assert.NotNull(await world.Workflows.Find("leaves", default));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await world.Workflows.Find("leaves", default));
        Assert.Equal(0, world.Agenda.Count);
    }

    private async Task OthersGoOn(World world, string stuck)
    {
        await world.Settle();
        Assert.Equal(1, Stuck(world, stuck));
        await world.Workflows.Start(Good, "other", "fine", default);
        await world.Settle();
        Assert.Equal("Completed \"fine\"", await world.Standing("other"));
        // Tried again from time to time, and seen all the while.
        clock.Advance(TimeSpan.FromMinutes(10));
        await world.Settle();
        Assert.Equal(1, Stuck(world, stuck));
    }

    private async Task Recovers(World world, string instance)
    {
        clock.Advance(TimeSpan.FromMinutes(10));
        await world.Settle();
        Assert.Equal("Completed \"x\"", await world.Standing(instance));
        Assert.Empty(world.Agenda.Troubled());
    }

    private static long Stuck(World world, string reason)
    {
        var stuck = 0L;
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == world.Meter && i.Name == "personalization.workflows.stuck") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => stuck += tags.ToArray().Any(t => (string)t.Value! == reason) ? value : 0);
        listener.Start();
        listener.RecordObservableInstruments();
        return stuck;
    }

    private World Hub(params Function[] functions) => new(new([.. functions, World.Does("Say", s => s)]), storage.Documents, clock);
}
