using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Personalization.Functions.Hosting;
using Personalization.Identity;
using Personalization.Privacy.Exporting;
using Personalization.Privacy.Requests;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Privacy.Promises;

/// <summary>Promises about people's data, tried by whoever wants them broken.</summary>
public sealed class PromisesTests
{
    private const string Dsr = "a7551968-d5d6-44b2-9831-815ac9017798";

    private const string Everything = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true,"training":true}""";

    [Fact]
    public async Task A_merge_that_could_not_be_stored_for_hours_does_not_keep_an_erasure_waiting_for_ever()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var id = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        var down = true;
        documents.Fails = (store, _) => down && store == "identity";
        await Minutes(world, 300);
        down = false;
        await Minutes(world, 60);
        Assert.Equal("failed", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish(10);
        Assert.Equal("completed", await world.Status("r"));
    }

    [Fact]
    public async Task A_merge_that_gives_way_lets_go_of_everybody_it_held()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await Agree(world, "user", "u");
        var visitors = new List<(string Name, Subject Subject)>();
        for (var i = 0; i < 12; i++)
        {
            await Agree(world, "visitor", $"w{i}");
            visitors.Add(($"w{i}", (await world.People.Find(null, $"w{i}", default))!.Value));
        }

        // Who joins at the last moment comes before one of those who are held.
        var (small, great) = (visitors.MinBy(v => v.Subject.Key), visitors.MaxBy(v => v.Subject.Key));
        Assert.True(await new Holds(world.Raw).Take([small.Subject], "somebody else", default));
        var held = 0;
        documents.After = async (store, partition) =>
        {
            if (store != "holds" || ++held != 2) return;
            await world.Call("POST", "events", $"[{Sending.View("joins", small.Name, consent: Everything, more: ",\"user\":\"u\"")}]", 202);
        };
        var id = await Merge(world, $$"""{"from":{"visitor":"{{great.Name}}"},"into":{"user":"u"} }""");
        await Minutes(world, 30);
        await new Holds(world.Raw).Release([small.Subject], "somebody else", default);
        Assert.True(held >= 2);
        Assert.Equal("busy", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "holds");
    }

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
    public async Task An_export_of_two_goes_with_either_of_them()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("a", "va");
        await world.Live("b", "vb");
        await world.Ask("""{"id":"r","type":"access","user":"a","identities":[{"namespace":"user","value":"b"}]}""");
        await world.Settle();
        var blob = Assert.Single((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
        // Whose name the file does not carry.
        var a = new[] { await world.People.Find("a", null, default), await world.People.Find(null, "va", default) };
        var erased = a.Any(s => blob.Name.StartsWith(s!.Value.ToString(), StringComparison.Ordinal)) ? "b" : "a";
        await world.Ask(PrivacyWorld.Erasure("gone", $"\"user\":\"{erased}\""));
        await world.Finish(40);
        Assert.Equal("completed", await world.Status("gone"));
        Assert.Empty((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
    }

    [Fact]
    public async Task An_export_that_is_kept_too_long_is_seen_by_the_sweep()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Blobs.Put(Exports.Files, $"{new string('a', 32)}/left", new byte[] { 1, 2, 3 }, default);
        world.Clock.Advance(TimeSpan.FromDays(100));
        Assert.NotEqual(0, (await world.Call("POST", "privacy/retention", null, 200)).GetProperty("beyond").GetInt64());
    }

    [Fact]
    public async Task Whoever_was_parted_again_is_not_in_what_the_other_fetches()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var id = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await Minutes(world, 5);
        Assert.Equal("active", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Settle();
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!["/privacy/exports/".Length..];
        await world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", id));
        await Minutes(world, 5);
        Assert.Equal("undone", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        Assert.Equal(410, (await Fetch(world, link)).Status);
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
    public async Task A_drill_that_cannot_live_ends_and_says_so()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        var down = true;
        documents.Fails = (store, _) => down && store == "aliases";
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await Minutes(world, 120);
        down = false;
        await world.Finish(20);
        Assert.NotEqual("Running", (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_drill_passes_where_an_erasure_has_to_be_verified()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "erasure"));
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        await world.Apply();
        await Minutes(world, 60);
        await world.Finish(20);
        Assert.Equal("Passed", (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_drill_that_proves_nothing_leaves_nobody_behind()
    {
        await using var world = await PrivacyWorld.Open();
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        await Minutes(world, 120);
        await world.Finish(20);
        var drill = await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id));
        Assert.Equal("NotSeen", drill.GetProperty("status").GetString());
        var subjects = drill.GetProperty("subjects").EnumerateArray().Select(s => s.GetString()!).ToList();
        Assert.NotEmpty(subjects);
        Assert.DoesNotContain(await world.Documents(), d => d.Store != "findings" && subjects.Contains(d.Document.Partition));
    }

    [Fact]
    public async Task A_certificate_says_by_when_every_model_is_without_the_person()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        var certificate = await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"));
        Assert.Matches(@"(?m)^(model|training) .*\d{4}-\d\d-\d\dT", certificate.GetProperty("signed").GetString());
    }

    [Fact]
    public async Task A_certificate_counts_also_who_was_joined_at_the_last_moment()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var joined = false;
        documents.Before = async (store, _) =>
        {
            if (joined || store != "profiles") return;
            joined = true;
            await world.Call("POST", "events", $"[{Sending.View("joins", "w", consent: Everything, more: ",\"user\":\"u\"")}]", 202);
        };
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.True(joined);
        var facts = (await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"))).GetProperty("facts");
        Assert.Equal(3, facts.GetProperty("members").GetInt32());
        Assert.Equal(3, facts.GetProperty("stores").EnumerateArray().Single(s => s.GetProperty("store").GetString() == "consents").GetProperty("found").GetInt64());
    }

    [Fact]
    public async Task Access_tells_of_the_cases_that_are_open_about_the_person()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        await world.Live("u2", "v2");
        await world.Call("POST", "identity/merges", """{"from":{"user":"u"},"into":{"user":"u2"}}""", 409);
        var open = (await world.Call("GET", "identity/quarantine", null, 200)).GetProperty("cases").EnumerateArray().First().GetProperty("case").GetString()!;
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Settle();
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!["/privacy/exports/".Length..];
        using var zip = new ZipArchive(new MemoryStream((await Fetch(world, link)).Body));
        var data = JsonElement.Parse(await new StreamReader(zip.GetEntry("data.json")!.Open()).ReadToEndAsync());
        Assert.Contains(data.EnumerateObject().Where(p => p.Name != "members"), p => p.Value.GetRawText().Contains(open, StringComparison.Ordinal));
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

    [Fact]
    public async Task An_id_that_was_used_for_another_person_is_refused_also_after_that_person_is_gone()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Live("b", "vb");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        // Else whoever asks is told that b is erased, and shown a certificate.
        await world.Ask(PrivacyWorld.Erasure("r", "\"user\":\"b\""), 409);
    }

    [Fact]
    public async Task An_id_of_an_open_request_is_refused_for_another_also_after_an_erasure_emptied_it()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Live("b", "vb");
        await world.Ask("""{"id":"open","type":"access","user":"u"}""");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.Equal("identity_unverified", await world.Status("open"));
        await world.Ask("""{"id":"open","type":"access","user":"b"}""", 409);
    }

    [Fact]
    public async Task Whoever_asked_for_an_unmerge_is_told_that_it_was_not_done()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var id = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await Minutes(world, 5);
        var subject = (await world.People.Find("u", null, default))!.Value;
        Assert.True(await new Holds(world.Raw).Take([subject], "an export", default));
        await world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", id));
        await Minutes(world, 10);
        await new Holds(world.Raw).Release([subject], "an export", default);
        await Minutes(world, 60);
        Assert.NotEqual("active", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_merge_with_one_who_refuses_training_schedules_an_exclusion()
    {
        await using var world = await PrivacyWorld.Open();
        await Agree(world, "user", "u");
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.Call("PUT", "consent", $$"""{"visitor":"w","purposes":{{Everything.Replace("\"training\":true", "\"training\":false", StringComparison.Ordinal)}},"source":"s","noticeVersion":"1"}""", 200);
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "exclusions");
        var id = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await Minutes(world, 5);
        Assert.Equal("active", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        Assert.Contains(await world.Documents(), d => d.Store == "exclusions");
    }

    [Fact]
    public async Task A_drill_finds_also_who_is_kept_as_a_number_and_not_as_text()
    {
        await using var world = await PrivacyWorld.Open();
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        await world.Apply();
        for (var hour = 0; hour < 72 && (await world.Try("GET", "privacy/requests", null)).Body?.GetProperty("requests").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "completed") != true; hour++)
            await world.Pass(TimeSpan.FromHours(1));
        var subject = (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("subjects")[0].GetString()!;
        // As aliases hold whom they lead to.
        await world.Raw.Put(Aliases.Store, new string('f', 64), "alias", Convert.FromHexString(subject), Personalization.Storage.Condition.None, null, default);
        await world.Finish(20);
        Assert.Equal("Left", (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Erasing_one_does_not_make_what_is_kept_of_another_live_longer()
    {
        await using var world = await PrivacyWorld.Open();
        foreach (var visitor in new[] { "va", "vb" })
        {
            await Agree(world, "visitor", visitor);
            await world.Call("POST", "identity/links", $$"""{"visitor":"{{visitor}}","identities":[{"namespace":"device","value":"tv"}]}""", 200);
        }

        var kept = (await world.People.Find(null, "vb", default))!.Value.ToString();
        var before = (await world.Documents()).Where(d => d.Store == "identity" && d.Document.Partition == kept).ToDictionary(d => d.Document.Id, d => d.Document.Expires);
        Assert.NotEmpty(before);
        await world.Ask(PrivacyWorld.Erasure("r", "\"visitor\":\"va\""));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        var after = (await world.Documents()).Where(d => d.Store == "identity" && d.Document.Partition == kept).ToList();
        Assert.All(after, d => Assert.True(d.Document.Expires <= before[d.Document.Id], $"{d.Document.Id}: {before[d.Document.Id]} became {d.Document.Expires}"));
    }

    [Fact]
    public async Task Access_does_not_say_that_single_clicks_are_not_kept_while_they_are()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        var people = new[] { (await world.People.Find("u", null, default))!.Value.ToString(), (await world.People.Find(null, "v", default))!.Value.ToString() };
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Settle();
        var clicks = world.Storage.Stream.Everything(Personalization.Events.StreamedEvent.Hub).Count(r => people.Contains(r.Key));
        Assert.NotEqual(0, clicks);
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!["/privacy/exports/".Length..];
        using var zip = new ZipArchive(new MemoryStream((await Fetch(world, link)).Body));
        Assert.DoesNotContain("single clicks are not in it because they are not kept", await new StreamReader(zip.GetEntry("data.json")!.Open()).ReadToEndAsync(), StringComparison.Ordinal);
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

    [Fact]
    public async Task The_old_way_has_one_version_in_all_its_answers()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "v1/opengdpr_requests", Body("one"), 201);
        var said = (await world.Call("GET", "v1/discovery", null, 200)).GetProperty("api_version").GetString();
        Assert.Equal(said, (await world.Call("GET", "v1/opengdpr_requests/{id}", null, 200, ("id", Dsr))).GetProperty("api_version").GetString());
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

    private static async Task<Tampered> Tampered(PrivacyWorld world)
    {
        var documents = new Tampered(world.Raw);
        await world.Start(documents, null);
        return documents;
    }

    private static Task Agree(PrivacyWorld world, string kind, string name) =>
        world.Call("PUT", "consent", $$"""{"{{kind}}":"{{name}}","purposes":{{Everything}},"source":"s","noticeVersion":"1"}""", 200);

    private static async Task<string> Merge(PrivacyWorld world, string body) => (await world.Call("POST", "identity/merges", body, 202)).GetProperty("id").GetString()!;

    private static async Task Minutes(PrivacyWorld world, int minutes)
    {
        await world.Settle();
        for (var minute = 0; minute < minutes; minute++) await world.Pass(TimeSpan.FromMinutes(1));
    }

    private static async Task<(int Status, byte[] Body)> Fetch(PrivacyWorld world, string token)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        http.Request.RouteValues["token"] = token;
        await (await ((Trigger.Http)world.Parts.Table.Find("FetchExport")!.Trigger).Handle(http)).ExecuteAsync(http);
        return (http.Response.StatusCode, body.ToArray());
    }

    private static string Body(string user, string type = "erasure", string time = "2026-01-05T08:00:00Z", string more = "") =>
        $$"""{"regulation":"gdpr","subject_request_id":"{{Dsr}}","subject_request_type":"{{type}}","submitted_time":"{{time}}","subject_identities":[{"identity_type":"controller_customer_id","identity_value":"{{user}}","identity_format":"raw"}]{{more}}}""";
}
