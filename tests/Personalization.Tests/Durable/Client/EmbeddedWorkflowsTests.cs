using Personalization.Functions.Durable;
using Personalization.Storage.Embedded;
using Personalization.Tests.Durable.Hub;

namespace Personalization.Tests.Durable.Client;

/// <summary>The contract over the embedded hub, and what only that has.</summary>
public sealed class EmbeddedWorkflowsTests : WorkflowsContract, IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private EmbeddedStorage storage = null!;
    private World world = null!;

    internal override IWorkflows Workflows => world.Workflows;

    internal override Task Settle() => world.Settle();

    internal override void Pass(TimeSpan time) => clock.Advance(time);

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        world = new(new(Functions), storage.Documents, clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        world.Dispose();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_who_start_one_id_at_once_one_does()
    {
        var workflow = World.Workflow("Once", (_, s) => Task.FromResult(s));
        var started = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => Workflows.Start(workflow, "once", $"{i}", default).AsTask())));
        Assert.Single(started, s => s);
    }

    [Fact]
    public async Task What_a_hundred_say_at_once_is_all_heard()
    {
        var go = new Signal<string>("Go", Shapes.Default.String);
        var counts = World.Workflow("Counts", async (run, _) =>
        {
            for (var n = 0; n < 100; n++) await run.Wait(go);
            return "all";
        });
        using var own = new World(new([counts.Function()]), storage.Documents, clock);
        await own.Workflows.Start(counts, "counts", "", default);
        own.Runner.Start();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => own.Workflows.Raise("counts", go, "x", default).AsTask())));
        await own.Runner.Stop();
        await own.Settle();
        Assert.Equal("Completed \"all\"", await own.Standing("counts"));
    }
}
