using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Hosting;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Durable.Hub;

/// <summary>What the hub promises where something else goes wrong at the same time: a store, a document, the clock, the build.</summary>
public sealed class PromisesTests : IAsyncLifetime
{
    private static readonly Activity<string, string> Say = World.Activity("Say");
    private static readonly Signal<string> Go = new("Go", Shapes.Default.String);
    private static readonly Workflow<string, string> Kid = World.Workflow("Kid", (run, _) => run.Wait(Go));
    private static readonly Workflow<string, string> Parent = World.Workflow("Parent", (run, _) => run.Call(Kid, "kid", ""));
    private readonly SetClock clock = new(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));
    private readonly List<string> said = [];
    private EmbeddedStorage storage = null!;

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await storage.DisposeAsync();

    // The outbox of an instance goes with its document.
    [Theory, InlineData(false), InlineData(true)]
    public async Task The_end_of_a_child_is_heard_though_the_child_is_started_again_or_purged_before_it_was_told(bool purged)
    {
        var documents = new Failing(storage.Documents);
        using var world = Hub(documents, Kid.Function(), Parent.Function());
        await world.Workflows.Start(Parent, "p", "", default);
        await world.Settle();
        documents.Down = "p";
        await world.Workflows.Raise("kid", Go, "done", default);
        await world.Settle();
        Assert.Equal("Completed \"done\"", await world.Standing("kid"));
        if (purged) await world.Workflows.Purge("kid", default);
        else await world.Workflows.Start(Kid, "kid", "", default);
        documents.Down = null;
        await Later(world);
        Assert.Equal("Completed \"done\"", await world.Standing("p"));
    }

    // A letter taken off the outbox is sent by nobody again.
    [Fact]
    public async Task What_a_child_came_to_while_its_parent_was_damaged_is_heard_when_that_is_restored()
    {
        using var world = Hub(storage.Documents, Kid.Function(), Parent.Function());
        await world.Workflows.Start(Parent, "p", "", default);
        await world.Settle();
        var kept = (await storage.Documents.Get(Instances.Store, "p", "instance", default)).Value.Body.ToArray();
        await storage.Documents.Put(Instances.Store, "p", "instance", "not an instance"u8.ToArray(), Condition.None, null, default);
        await world.Workflows.Raise("kid", Go, "done", default);
        await world.Settle();
        await storage.Documents.Put(Instances.Store, "p", "instance", kept, Condition.None, null, default);
        await Later(world);
        await world.Hub.Recover(default);
        await world.Settle();
        Assert.Equal("Completed \"done\"", await world.Standing("p"));
    }

    // Full, it takes no event, the one that would end it among them; suspended, it has no turn that would fail it.
    [Fact]
    public async Task A_suspended_instance_whose_document_is_full_can_be_terminated()
    {
        using var world = Hub(storage.Documents, Kid.Function());
        await world.Workflows.Start(Kid, "full", "", default);
        await world.Workflows.Suspend("full", "", default);
        await world.Settle();
        while (Document.MaxBytes - await Size() > 200_000) await Hear(100_000);
        await Hear(Document.MaxBytes - await Size() - 8_000);
        var before = await Size();
        await Hear(1_000);
        var around = await Size() - before - 1_000;
        await Hear(Document.MaxBytes - await Size() - around - 10);
        Assert.StartsWith("Suspended", await world.Standing("full"), StringComparison.Ordinal);
        Assert.InRange(Document.MaxBytes - await Size(), 1, 20);
        Assert.Null(await Record.ExceptionAsync(async () => await world.Workflows.Terminate("full", "", default)));
        await Later(world);
        Assert.StartsWith("Terminated", await world.Standing("full"), StringComparison.Ordinal);

        async Task<int> Size() => (await storage.Documents.Get(Instances.Store, "full", "instance", default)).Value.Body.Length;

        async Task Hear(int bytes)
        {
            await world.Workflows.Raise("full", new Signal<string>("Other", Shapes.Default.String), new('x', bytes), default);
            await world.Settle();
        }
    }

    // docs/workflows.md: the way out without such a build is to terminate the instance.
    [Fact]
    public async Task An_instance_of_a_workflow_this_build_does_not_have_at_all_can_be_terminated()
    {
        using (var newer = Hub(storage.Documents, Kid.Function()))
        {
            await newer.Workflows.Start(Kid, "left", "", default);
            await newer.Settle();
        }

        using var older = Hub(storage.Documents);
        await older.Hub.Recover(default);
        await older.Workflows.Terminate("left", "rolled back", default);
        await Later(older);
        Assert.Equal("Terminated rolled back", await older.Standing("left"));
    }

    // docs/workflows.md, Stopping: writes what came of activities.
    [Fact]
    public async Task What_came_of_an_activity_is_written_at_the_end_although_no_turn_can_be_taken()
    {
        var both = World.Workflow("Calls", (_, _) => Task.FromResult(""), (run, s) => run.Call(Say, s));
        var old = World.Workflow("Calls", (_, _) => Task.FromResult(""));
        using (var newer = Hub(storage.Documents, both.Function()))
        {
            await newer.Workflows.Start(both, "c", "x", default);
            Assert.Single(await newer.Hub.Work(newer.Agenda.Take()!, default));
        }

        using (var older = Hub(storage.Documents, old.Function()))
        {
            await older.Hub.Recover(default);
            await older.Settle();
            Assert.Single(said);
            await older.Runner.Stop();
        }

        using var again = Hub(storage.Documents, both.Function());
        await again.Hub.Recover(default);
        await again.Settle();
        Assert.Equal("Completed \"[x]\"", await again.Standing("c"));
        Assert.Single(said);
    }

    // When it is tried again is a time of the clock.
    [Fact]
    public async Task An_instance_in_trouble_is_tried_again_within_minutes_although_the_clock_was_set_back()
    {
        var workflow = World.Workflow("Calls", (run, s) => run.Call(Say, s));
        var documents = new Failing(storage.Documents);
        using var world = Hub(documents, workflow.Function());
        await world.Workflows.Start(workflow, "c", "x", default);
        documents.Down = "c";
        await world.Settle();
        documents.Down = null;
        clock.Advance(TimeSpan.FromDays(-1));
        await Later(world);
        Assert.Equal("Completed \"[x]\"", await world.Standing("c"));
    }

    // docs/workflows.md: an instance that should not go on is terminated.
    [Fact]
    public async Task An_instance_whose_program_never_comes_back_can_be_terminated_at_the_next_start()
    {
        using var release = new ManualResetEventSlim();
        var hanging = World.Workflow("Hanging", (_, _) => { release.Wait(); return Task.FromResult(""); });
        var manual = new ManualClock();
        using (var world = new World(new([hanging.Function()]), storage.Documents, manual))
        {
            await world.Workflows.Start(hanging, "hangs", "", default);
            Assert.Equal(Told.Done, await world.Workflows.Terminate("hangs", "enough", default));
        }

        using var next = new World(new([hanging.Function()]), storage.Documents, manual);
        await next.Hub.Recover(default);
        var settling = Task.Run(() => next.Settle());
        while (!settling.IsCompleted)
        {
            manual.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        var standing = await next.Standing("hangs");
        release.Set();
        Assert.Equal("Terminated enough", standing);
    }

    // The id that was given is measured; that of the second attempt must fit as well.
    [Fact]
    public async Task Another_attempt_of_a_child_has_an_id_that_everybody_takes()
    {
        var bad = World.Workflow("Bad", (_, _) => throw new InvalidOperationException("no"));
        var parent = World.Workflow("Tries", (run, _) => run.Call(bad, new string('a', 100), "", new(2, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1))));
        using var world = Hub(storage.Documents, bad.Function(), parent.Function());
        await world.Workflows.Start(parent, "p", "", default);
        await Later(world);
        Assert.All((await world.Workflows.List([], null, 100, default)).Items, i => InstanceId.Require(i.Instance));
    }

    // A document of no bytes is an instance without anything to the parser.
    [Fact]
    public async Task A_document_that_lost_its_bytes_does_not_hide_all_the_others()
    {
        using var world = Hub(storage.Documents, Kid.Function());
        await world.Workflows.Start(Kid, "good", "", default);
        await storage.Documents.Put(Instances.Store, "hurt", "instance", Array.Empty<byte>(), Condition.None, null, default);
        await world.Settle();
        Assert.Null(await Record.ExceptionAsync(async () => await world.Workflows.List([], null, 100, default)));
    }

    private World Hub(IDocuments documents, params Function[] functions) => new(new([.. functions, World.Does("Say", what =>
    {
        said.Add(what);
        return $"[{what}]";
    })]), documents, clock);

    private async Task Later(World world)
    {
        for (var minute = 0; minute < 20; minute++)
        {
            await world.Settle();
            clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Nothing can be written under one key for a while.</summary>
    private sealed class Failing(IDocuments inner) : IDocuments
    {
        public string? Down { get; set; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
            partition == Down ? new(Outcome.Failed<Etag>(Status.Throttled)) : inner.Put(store, partition, id, body, when, expiry, stop);

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
