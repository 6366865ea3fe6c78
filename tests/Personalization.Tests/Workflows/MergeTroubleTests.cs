using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Identity;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Workflows;

/// <summary>Merges that fail, give way or are ended, and what holds for their people.</summary>
public sealed class MergeTroubleTests
{
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
}
