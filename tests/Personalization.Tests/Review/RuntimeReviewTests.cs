using System.Collections.Concurrent;
using System.Net;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Identity;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Durable;
using Personalization.Tests.Durable.Hub;
using Personalization.Tests.Hosting;
using Personalization.Tests.Identity;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Review;

/// <summary>What the hub and the calls of other parties promise and do not keep yet. Each of these fails for the reason its comment gives.</summary>
public sealed class RuntimeReviewTests : IAsyncLifetime
{
    private const string Dsr = "a7551968-d5d6-44b2-9831-815ac9017798";

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

    // Start and Purge ask whether it lives, not whether its letters are out: the outbox goes with the document.
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

    // The courier takes a letter off the outbox when its addressee cannot be read; after the restore nobody sends it again.
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

    // A document that is full takes no event, the one that would end it among them; suspended, it has no turn that would fail it.
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

    // docs/workflows.md: the way out without such a build is to terminate the instance. The hub gives up before it looks what arrived.
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

    // docs/workflows.md, Stopping: writes what came of activities. A result goes down with the turn that follows from it.
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

    // When it is tried again is a time of the clock: one that is set back puts it off by as much.
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

    // docs/workflows.md: an instance that should not go on is terminated. The program is run before it is looked whether it was.
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

    // Each time somebody asks again the program looks once more and leaves a timer; it never continues as new.
    [Theory, InlineData("erasure", "awaiting_approval"), InlineData("none", "in_progress")]
    public async Task A_history_does_not_grow_with_how_often_somebody_asks_again(string approve, string status)
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Approve", approve));
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        var before = await Size();
        for (var again = 0; again < 200; again++)
        {
            await world.Ask(PrivacyWorld.Erasure("r"), 200);
            await world.Settle();
        }

        Assert.Equal(status, await world.Status("r"));
        Assert.InRange(await Size() - before, -before, 4096);

        async Task<int> Size() => (await world.Raw.Get(Instances.Store, "privacy-" + PrivacyRequest.HandleOf("r"), "instance", default)).Value.Body.Length;
    }

    // The id that was given is measured, that of the second attempt is not.
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

    // A document of no bytes is an instance without anything to the parser, its times among what is missing.
    [Fact]
    public async Task A_document_that_lost_its_bytes_does_not_hide_all_the_others()
    {
        using var world = Hub(storage.Documents, Kid.Function());
        await world.Workflows.Start(Kid, "good", "", default);
        await storage.Documents.Put(Instances.Store, "hurt", "instance", Array.Empty<byte>(), Condition.None, null, default);
        await world.Settle();
        Assert.Null(await Record.ExceptionAsync(async () => await world.Workflows.List([], null, 100, default)));
    }

    // One workflow that cannot be told throws out of the loop over all requests: no wakes for those after it, no counts for anybody.
    [Fact]
    public async Task A_damaged_workflow_of_one_request_does_not_keep_the_others_asleep()
    {
        await using var world = await PrivacyWorld.Open();
        string[] ids = [.. Enumerable.Range(0, 12).Select(n => $"r{n}")];
        foreach (var id in ids) await world.Ask(PrivacyWorld.Erasure(id, $"\"user\":\"u{id}\""));
        // As if the process had died after it stored them.
        foreach (var id in ids) await world.Raw.Delete(Instances.Store, Of(id), "instance", Condition.None, default);
        await world.Raw.Put(Instances.Store, Of("r0"), "instance", "not an instance"u8.ToArray(), Condition.None, null, default);
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        var failure = await Record.ExceptionAsync(world.Tend);
        var asleep = new List<string>();
        foreach (var id in ids) if ((await world.Raw.Get(Instances.Store, Of(id), "instance", default)).Status == Status.NotFound) asleep.Add(id);
        Assert.Empty(asleep);
        Assert.Null(failure);

        static string Of(string id) => "privacy-" + PrivacyRequest.HandleOf(id);
    }

    // Nobody lets go for a change that was ended or failed: its persons stay held for the 60 days of the store, beyond the law's 30.
    [Fact]
    public async Task Somebody_whose_merge_was_terminated_half_way_can_be_erased()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Call("PUT", "consent", """{"visitor":"x","purposes":{"personalization":true,"sensitive":true,"location":true,"crossDevice":true},"source":"s","noticeVersion":"1"}""", 200);
        await world.Settle();
        var asked = await world.Call("POST", "identity/merges", """{"from":{"visitor":"x"},"into":{"user":"u"}}""", 202);
        var (steps, held) = (0, new OperationCanceledException());
        // Taken, held, told of it; then it is ended instead of going on.
        Assert.Same(held, await Record.ExceptionAsync(() => world.Settle(_ => ++steps == 4 ? throw held : 0)));
        Assert.NotEmpty((await world.Raw.Scan(Holds.Store, null, 10, default)).Value.Items);
        Assert.Equal(Told.Done, await new EmbeddedWorkflows(world.Parts.Instances, world.Parts.Agenda, world.Clock).Terminate("merge-" + asked.GetProperty("id").GetString(), "wrong", default));
        await world.Settle();
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish(31);
        Assert.Equal("completed", await world.Status("r"));
    }

    // Once it has ended nothing is left to compare, and whatever is sent under its id is answered as taken and never done.
    [Fact]
    public async Task A_request_under_the_id_of_one_that_was_cancelled_is_not_answered_as_taken()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Approve", "erasure"));
        await world.Call("POST", "requests", Body("one"), 201);
        await world.Call("DELETE", "requests/{id}", null, 202, ("id", Dsr));
        var (status, _) = await world.Try("POST", "requests", Body("somebody-else"));
        Assert.Equal(400, status);
    }

    // The request stays unverified, and the new token, which replaces the person's, is thrown away: it can only be denied.
    [Fact]
    public async Task A_request_another_party_vouches_for_is_not_left_unverified_with_a_token_nobody_has()
    {
        await using var world = await PrivacyWorld.Open();
        var asked = await world.Ask($$"""{"id":"{{Dsr}}","type":"access","user":"one"}""");
        var token = asked.GetProperty("verification").GetProperty("token").GetString();
        await world.Call("POST", "requests", Body("one", "access"), 201);
        if (await world.Status(Dsr) == "identity_unverified") await world.Do("verify", Dsr, $$"""{"token":"{{token}}"}""");
        Assert.NotEqual("identity_unverified", await world.Status(Dsr));
    }

    // A request does not remember that it came the old way.
    [Fact]
    public async Task Whoever_asked_the_old_way_is_told_the_old_way()
    {
        var heard = new ConcurrentQueue<string>();
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var receiving = Task.Run(async () =>
        {
            var call = await listener.GetContextAsync();
            foreach (var name in call.Request.Headers.AllKeys) heard.Enqueue(name!);
            call.Response.Close();
        });
        await using var world = await PrivacyWorld.Open(("Privacy__CallbackHosts", "127.0.0.1"), ("Privacy__CallbackPrivate", "true"));
        await world.Call("POST", "v1/opengdpr_requests", Body("one", more: $",\"status_callback_urls\":[\"{address}told\"]"), 201);
        await world.Settle();
        await receiving;
        Assert.Contains("X-OpenGDPR-Signature", heard);
    }

    [Fact]
    public async Task The_old_way_has_one_version_in_all_its_answers()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "v1/opengdpr_requests", Body("one"), 201);
        var said = (await world.Call("GET", "v1/discovery", null, 200)).GetProperty("api_version").GetString();
        Assert.Equal(said, (await world.Call("GET", "v1/opengdpr_requests/{id}", null, 200, ("id", Dsr))).GetProperty("api_version").GetString());
    }

    // A leap second is a time there (section 5.6), and none to .NET.
    [Theory, InlineData("2016-12-31T23:59:60Z")]
    public async Task A_time_that_is_one_of_RFC_3339_is_taken(string time)
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "requests", Body("one", time: time), 201);
    }

    // What the parser of .NET passes over, it passes over here: white space inside.
    [Theory, InlineData("2026-01-05T 08:00:00 Z"), InlineData("2026-01-05T08:00:00 +01:00")]
    public async Task A_time_that_is_none_of_RFC_3339_is_refused(string time)
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "requests", Body("one", time: time), 400);
    }

    private static string Body(string user, string type = "erasure", string time = "2026-01-05T08:00:00Z", string more = "") =>
        $$"""{"regulation":"gdpr","subject_request_id":"{{Dsr}}","subject_request_type":"{{type}}","submitted_time":"{{time}}","subject_identities":[{"identity_type":"controller_customer_id","identity_value":"{{user}}","identity_format":"raw"}]{{more}}}""";

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
