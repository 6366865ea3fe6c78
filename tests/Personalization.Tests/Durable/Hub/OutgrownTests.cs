using System.Text;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Durable.Hub;

/// <summary>An instance that wants to keep more than a document holds.</summary>
public sealed class OutgrownTests : IAsyncLifetime
{
    private static readonly Activity<string, string> Say = World.Activity("Say");
    private readonly ManualClock clock = new();
    private EmbeddedStorage storage = null!;

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await storage.DisposeAsync();

    [Fact]
    public async Task A_history_that_outgrows_its_document_fails_its_instance_and_tells_the_parent()
    {
        var endless = World.Workflow("Endless", async (run, _) => { while (true) await run.Call(Say, "large"); });
        var parent = World.Workflow("Watching", async (run, _) =>
        {
            try { return await run.Call(endless, "endless", ""); }
            catch (StepFailedException e) { return e.Details!.ErrorType; }
        });
        using var world = Hub(endless.Function(), parent.Function());
        await world.Workflows.Start(parent, "watch", "", default);
        await world.Settle();
        Assert.StartsWith("Failed HistoryTooLarge", await world.Standing("endless"), StringComparison.Ordinal);
        Assert.Equal("Completed \"HistoryTooLarge\"", await world.Standing("watch"));
    }

    [Fact]
    public async Task What_it_had_said_before_it_outgrew_its_document_is_heard_and_what_it_said_in_that_turn_is_not()
    {
        var (go, heard) = (new Signal<string>("Go", Shapes.Default.String), new Signal<string>("Heard", Shapes.Default.String));
        var hears = World.Workflow("Hears", async (run, _) => await run.Wait(heard) + await run.Wait(heard));
        var tells = World.Workflow("Tells", async (run, _) =>
        {
            run.Send("hears", heard, "first");
            await run.Wait(go);
            run.Send("hears", heard, "unsaid");
            for (var n = 0; n < 20; n++) run.Send("nobody", heard, new string('x', 100_000));
            return "";
        });
        using var world = Hub(hears.Function(), tells.Function());
        await world.Workflows.Start(hears, "hears", "", default);
        await world.Settle();
        var kept = (await storage.Documents.Get(Instances.Store, "hears", "instance", default)).Value.Body.ToArray();
        await storage.Documents.Put(Instances.Store, "hears", "instance", Encoding.UTF8.GetBytes("not an instance"), Condition.None, null, default);
        await world.Workflows.Start(tells, "tells", "", default);
        await world.Settle();
        await world.Workflows.Raise("tells", go, "", default);
        await world.Settle();
        Assert.StartsWith("Failed HistoryTooLarge", await world.Standing("tells"), StringComparison.Ordinal);
        await storage.Documents.Put(Instances.Store, "hears", "instance", kept, Condition.None, null, default);
        clock.Advance(TimeSpan.FromMinutes(10));
        await world.Settle();
        await world.Workflows.Raise("hears", heard, " and another", default);
        await world.Settle();
        Assert.Equal("Completed \"first and another\"", await world.Standing("hears"));
        Assert.Equal(Told.Done, await world.Workflows.Purge("tells", default));
    }

    [Fact]
    public async Task An_instance_that_holds_all_it_can_refuses_more_and_keeps_what_it_has()
    {
        var go = new Signal<string>("Go", Shapes.Default.String);
        var deaf = World.Workflow("Deaf", (run, _) => run.Wait(new Signal<string>("Other", Shapes.Default.String)));
        using var world = Hub(deaf.Function());
        await world.Workflows.Start(deaf, "deaf", "", default);
        var large = new string('x', Document.MaxBytes / 2 - 1000);
        Assert.Equal(Told.Done, await world.Workflows.Raise("deaf", go, large, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => world.Workflows.Raise("deaf", go, large + large, default).AsTask());
        await world.Settle();
        Assert.StartsWith("Running", await world.Standing("deaf"), StringComparison.Ordinal);
    }

    private World Hub(params Function[] functions) => new(new([.. functions, World.Does("Say", _ => new string('x', 100_000))]), storage.Documents, clock);
}
