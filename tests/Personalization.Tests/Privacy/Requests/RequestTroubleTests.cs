using Personalization.Functions.Durable.Hub;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>Requests that meet each other, a failure, or somebody who guesses.</summary>
public sealed class RequestTroubleTests
{
    [Fact]
    public async Task Of_two_requests_for_one_subject_the_second_waits_until_the_first_has_its_certificate()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await world.Ask(PrivacyWorld.Erasure("r1", "\"user\":\"nobody-ever\""));
        await world.Settle();
        documents.Fails = (store, _) => store == "certificates";
        await world.Pass(TimeSpan.FromHours(25));
        Assert.Equal("in_progress", await world.Status("r1"));
        await world.Ask(PrivacyWorld.Erasure("r2", "\"user\":\"nobody-ever\""));
        await world.Settle();
        var (one, two) = ((await world.Book.Find(PrivacyRequest.HandleOf("r1"), default))!, (await world.Book.Find(PrivacyRequest.HandleOf("r2"), default))!);
        Assert.Equal(RequestState.InProgress, one.State);
        Assert.Equal(RequestState.Pending, two.State);
    }

    [Fact]
    public async Task A_crash_between_index_and_request_leaves_nobody_who_was_erased_in_a_request()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await world.Live("u", "v");
        // It waits for the person to show that it is them.
        await world.Ask("""{"id":"other","type":"access","user":"u"}""");
        var handle = PrivacyRequest.HandleOf("other");
        var failed = false;
        documents.Fails = (store, partition) => !failed && store == "requests" && partition == handle && (failed = true);
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.True(failed);
        Assert.Equal("completed", await world.Status("r"));
        Assert.Empty((await world.Book.Find(handle, default))!.Subjects);
    }

    [Fact]
    public async Task What_is_asked_while_an_erasure_waits_tells_not_whether_there_was_anybody()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        var seen = new List<string>();
        foreach (var user in new[] { "u", "nobody-ever" })
        {
            await world.Ask(PrivacyWorld.Erasure(user + "-1", $"\"user\":\"{user}\""));
            await world.Settle();
            await world.Pass(TimeSpan.FromHours(1));
            await world.Ask(PrivacyWorld.Erasure(user + "-2", $"\"user\":\"{user}\""));
            await world.Settle();
            seen.Add(await world.Status(user + "-2"));
        }

        Assert.Equal(seen[0], seen[1]);
    }

    [Fact]
    public async Task A_failure_that_is_told_twice_does_not_fail_the_next_try()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Ask(PrivacyWorld.Erasure("r"));
        var handle = PrivacyRequest.HandleOf("r");
        var fail = new RequestCommand.Fail("deletion");
        await world.Book.Tell(handle, fail, default);
        await world.Do("retry", "r");
        // The step that told of it crashed before that was noted, and is done again.
        await world.Book.Tell(handle, fail, default);
        Assert.Equal("pending", await world.Status("r"));
    }

    [Fact]
    public async Task A_request_that_failed_before_it_began_can_be_taken_back()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Book.Tell(PrivacyRequest.HandleOf("r"), new RequestCommand.Fail("admission"), default);
        Assert.Equal("failed", await world.Status("r"));
        await world.Cancel("r");
    }

    [Fact]
    public async Task A_wrong_token_gets_the_same_answer_whether_there_is_a_request_or_not()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Ask(PrivacyWorld.Erasure("r"));
        var unknown = await world.Do("verify", "nothing", """{"token":"x"}""", 403);
        var known = await world.Do("verify", "r", """{"token":"x"}""", 403);
        Assert.Equal(unknown.GetProperty("type").GetString(), known.GetProperty("type").GetString());
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

    // Suspended, or of a version that no build has.
    [Fact]
    public async Task Whoever_is_held_by_a_request_that_stands_still_stays_held_however_long_that_takes()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        var held = await Held();
        Assert.NotEmpty(held);
        await world.Parts.Workflows.Suspend("privacy-" + PrivacyRequest.HandleOf("r"), "for now", default);
        await world.Ask(PrivacyWorld.Erasure("other", "\"user\":\"somebody-else\""));
        await world.Settle();
        for (var week = 0; week < 20; week++)
        {
            await world.Pass(TimeSpan.FromDays(7));
            await world.Tend();
        }

        // The other was over long ago.
        Assert.Equal(held, await Held());
        await world.Parts.Workflows.Resume("privacy-" + PrivacyRequest.HandleOf("r"), "go on", default);
        await world.Finish(4);
        Assert.Equal("completed", await world.Status("r"));
        Assert.Empty(await Held());

        async Task<IReadOnlyList<string>> Held() => [.. (await world.Documents()).Where(d => d.Store == "holds").Select(d => d.Document.Partition).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_request_that_failed_lets_go_also_of_those_its_person_is_known_as_besides()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await world.Live("u", "v");
        await world.Ask(PrivacyWorld.Erasure("r"));
        // Whom it names it knows by now; whoever is one person with them cannot be noted.
        documents.Fails = (store, _) => store == "requestsubjects";
        await world.Settle();
        for (var hour = 0; hour < 24; hour++) await world.Pass(TimeSpan.FromHours(1));
        documents.Fails = (_, _) => false;
        Assert.Equal("failed", await world.Status("r"));
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "holds");
    }
}
