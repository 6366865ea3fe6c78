using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Functions.Workflows;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Tests.Durable.Hub;

namespace Personalization.Tests.Durable.Client;

/// <summary>What whoever starts and tells workflows can rely on, wherever they run.</summary>
public abstract class WorkflowsContract
{
    private static readonly Signal<string> Go = new("Go", Shapes.Default.String);
    private static readonly Workflow<string, string> Waits = World.Workflow("Waits", async (run, s) =>
    {
        run.Status("čeká", Shapes.Default.String);
        return s + await run.Wait(Go);
    });

    private static readonly Workflow<string, string> Fails = World.Workflow("Fails", (_, _) => throw new InvalidOperationException("bad day"));

    internal static readonly IReadOnlyList<Function> Functions = [Waits.Function(), Fails.Function()];

    internal abstract IWorkflows Workflows { get; }

    internal abstract Task Settle();

    internal abstract void Pass(TimeSpan time);

    [Fact]
    public async Task An_instance_is_seen_from_its_start_to_its_result()
    {
        Assert.Null(await Workflows.Find("one", default));
        Assert.True(await Workflows.Start(Waits, "one", "Zoë ", default));
        await Settle();
        var running = (await Workflows.Find("one", default))!;
        Assert.Equal(("one", "Waits", RunStatus.Running, null), (running.Instance, running.Workflow, running.Status, running.Output));
        Assert.Equal("čeká", Value(running.CustomStatus));
        Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(Told.Done, await Workflows.Raise("one", Go, "hears", default));
        await Settle();
        var ended = (await Workflows.Find("one", default))!;
        Assert.Equal((RunStatus.Completed, "Zoë hears"), (ended.Status, Value(ended.Output)));
        Assert.Equal(TimeSpan.FromMinutes(5), ended.Updated - running.Created);
    }

    [Fact]
    public async Task An_id_at_work_is_not_started_again_and_one_that_has_ended_is_replaced()
    {
        Assert.True(await Workflows.Start(Waits, "again", "first ", default));
        await Settle();
        Assert.False(await Workflows.Start(Waits, "again", "second ", default));
        await Workflows.Raise("again", Go, "x", default);
        await Settle();
        Assert.True(await Workflows.Start(Waits, "again", "third ", default));
        await Settle();
        Assert.Equal((RunStatus.Running, null), ((await Workflows.Find("again", default))!.Status, (await Workflows.Find("again", default))!.Output));
        await Workflows.Raise("again", Go, "x", default);
        await Settle();
        Assert.Equal("third x", Value((await Workflows.Find("again", default))!.Output));
    }

    [Fact]
    public async Task A_failed_instance_says_why()
    {
        await Workflows.Start(Fails, "fails", "", default);
        await Settle();
        var failed = (await Workflows.Find("fails", default))!;
        Assert.Equal((RunStatus.Failed, "System.InvalidOperationException: bad day"), (failed.Status, failed.Output));
    }

    [Fact]
    public async Task Nobody_and_the_dead_cannot_be_told_anything()
    {
        foreach (var tell in Tell("nobody")) Assert.Equal(Told.Unknown, await tell());
        await Workflows.Start(Waits, "dead", "", default);
        await Settle();
        Assert.Equal(Told.Ended, await Workflows.Purge("dead", default));
        Assert.Equal(Told.Done, await Workflows.Terminate("dead", "no longer / needed & so on", default));
        await Settle();
        var dead = (await Workflows.Find("dead", default))!;
        Assert.Equal((RunStatus.Terminated, "no longer / needed & so on"), (dead.Status, dead.Output));
        foreach (var tell in Tell("dead")) Assert.Equal(Told.Ended, await tell());
        Assert.Equal(Told.Done, await Workflows.Purge("dead", default));
        Assert.Null(await Workflows.Find("dead", default));
        Assert.Equal(Told.Unknown, await Workflows.Purge("dead", default));
    }

    [Fact]
    public async Task A_reason_that_fits_nowhere_is_cut_and_ends_an_instance_all_the_same()
    {
        await Workflows.Start(Waits, "wordy", "", default);
        await Settle();
        Assert.Equal(Told.Done, await Workflows.Terminate("wordy", new string('x', 499) + "\U0001F600" + new string('y', 2_000_000), default));
        await Settle();
        Assert.Equal((RunStatus.Terminated, new string('x', 499)), ((await Workflows.Find("wordy", default))!.Status, (await Workflows.Find("wordy", default))!.Output));
    }

    [Fact]
    public async Task A_suspended_instance_hears_nothing_and_everything_once_it_is_resumed()
    {
        await Workflows.Start(Waits, "held", "", default);
        await Settle();
        Assert.Equal(Told.Done, await Workflows.Suspend("held", "for now", default));
        await Settle();
        Assert.False(await Workflows.Start(Waits, "held", "", default));
        Assert.Equal(Told.Done, await Workflows.Raise("held", Go, "kept", default));
        await Settle();
        Assert.Equal(RunStatus.Suspended, (await Workflows.Find("held", default))!.Status);
        Assert.Equal(Told.Done, await Workflows.Resume("held", "go on", default));
        await Settle();
        Assert.Equal((RunStatus.Completed, "kept"), ((await Workflows.Find("held", default))!.Status, Value((await Workflows.Find("held", default))!.Output)));
    }

    [Fact]
    public async Task Instances_are_listed_by_status_in_pages()
    {
        for (var i = 0; i < 7; i++) await Workflows.Start(Waits, $"waits{i}", "", default);
        for (var i = 0; i < 5; i++) await Workflows.Start(Fails, $"fails{i}", "", default);
        await Settle();
        Assert.Equal(7, (await All(RunStatus.Running, RunStatus.Pending)).Count);
        Assert.Equal(["fails0", "fails1", "fails2", "fails3", "fails4"], (await All(RunStatus.Failed)).Order(StringComparer.Ordinal));
        Assert.Equal(12, (await All()).Count);
        Assert.Empty(await All(RunStatus.Suspended));
    }

    [Fact]
    public async Task Histories_of_what_is_over_go_and_what_is_not_is_ended_where_that_is_said()
    {
        var request = new PrivacyRequest
        {
            Id = "r", Type = RequestType.Erasure, Regulation = Regulation.Gdpr, State = RequestState.Completed, ReceivedAt = default, Deadline = default, Merges = ["ended", "waits", "never-was"],
        };
        foreach (var id in (string[])["merge-ended", "unmerge-waits", $"privacy-{request.Handle}"]) await Workflows.Start(Waits, id, "", default);
        await Settle();
        await Workflows.Raise("merge-ended", Go, "x", default);
        await Settle();
        var histories = new RequestHistories(Workflows);
        Assert.Equal(("ended,never-was", false), Gone(await histories.Purge(request, end: false, default)));
        await Settle();
        Assert.Equal(("ended,waits,never-was", false), Gone(await histories.Purge(request, end: true, default)));
        await Settle();
        Assert.Equal(("ended,waits,never-was", true), Gone(await histories.Purge(request, end: false, default)));
        Assert.Empty(await All());

        static (string, bool) Gone(RequestCommand.Purged purged) => (string.Join(',', purged.Merges), purged.Own);
    }

    [Theory]
    [InlineData(""), InlineData("a/b"), InlineData("@a"), InlineData("a b"), InlineData("ë"), InlineData("a?b")]
    public async Task An_id_that_not_everybody_takes_is_refused(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Workflows.Start(Waits, id, "", default).AsTask());

    private IEnumerable<Func<Task<Told>>> Tell(string id) =>
    [
        () => Workflows.Raise(id, Go, "x", default).AsTask(), () => Workflows.Terminate(id, "x", default).AsTask(),
        () => Workflows.Suspend(id, "x", default).AsTask(), () => Workflows.Resume(id, "x", default).AsTask(),
    ];

    private async Task<IReadOnlyList<string>> All(params RunStatus[] statuses)
    {
        var found = new List<string>();
        for (string? next = null; ;)
        {
            Page<InstanceState> page = await Workflows.List(statuses, next, 3, default);
            Assert.InRange(page.Items.Count, 0, 3);
            found.AddRange(page.Items.Select(i => i.Instance));
            if ((next = page.Next) is null) return found;
        }
    }

    private static string? Value(string? json) => json is null ? null : System.Text.Json.JsonElement.Parse(json).GetString();
}
