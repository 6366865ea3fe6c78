using System.Text.Json.Nodes;
using Personalization.Functions.Durable.Hub;
using Personalization.Identity;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Workflows;

/// <summary>How something was carried out is nobody's business once it is over and the person is gone.</summary>
public sealed class RequestHistoriesTests
{
    [Fact]
    public async Task After_an_erasure_no_history_is_left_of_it_nor_of_any_earlier_request_or_merge()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"), ("Privacy__Approve", "portability"));
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        // Done and fetched by nobody; taken back; refused; and a merge that was undone.
        await world.Ask("""{"id":"kept","type":"access","user":"u"}""");
        await world.Ask("""{"id":"back","type":"portability","user":"u"}""");
        await world.Ask("""{"id":"denied","type":"portability","visitor":"v"}""");
        await world.Settle();
        await world.Cancel("back");
        await world.Do("deny", "denied", """{"reason":"excessive"}""");
        var merge = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await Minutes(world, 5);
        await world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", merge));
        await Minutes(world, 5);
        Assert.Equal(["merge", "privacy", "privacy", "privacy", "unmerge"], await Kinds(world));
        await world.Ask(PrivacyWorld.Erasure("r"));
        await Tended(world, 27);
        Assert.Equal("completed", await world.Status("r"));
        Assert.Empty(await Kinds(world));
    }

    [Fact]
    public async Task A_change_that_still_waits_for_somebody_who_is_erased_is_ended()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var merge = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await Minutes(world, 5);
        await world.Ask(PrivacyWorld.Erasure("r"));
        var steps = 0;
        // Held by the erasure and not yet deleted.
        await world.Settle(_ =>
        {
            if (++steps == 5) world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", merge)).GetAwaiter().GetResult();
            return 0;
        });
        Assert.Contains("unmerge", await Kinds(world));
        await Tended(world, 1);
        Assert.Equal(["privacy"], await Kinds(world));
        await Tended(world, 26);
        Assert.Empty(await Kinds(world));
        Assert.DoesNotContain(await world.Documents(), d => d.Store == Holds.Store.Name);
    }

    [Fact]
    public async Task The_history_of_a_request_is_kept_until_it_is_put_away_and_no_longer()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await Tended(world, 24 * 7 - 1);
        Assert.Equal(["privacy"], await Kinds(world));
        await Tended(world, 2);
        Assert.Empty(await Kinds(world));
        Assert.True((await world.Book.Find(PrivacyRequest.HandleOf("r"), default))!.HistoryGone);
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_keeps_no_other_from_going()
    {
        await using var world = await PrivacyWorld.Open();
        for (var n = 0; n < 8; n++) await world.Ask(PrivacyWorld.Erasure($"r{n}", $"\"user\":\"u{n}\""));
        await world.Settle();
        var hurt = (await world.Raw.Scan(Instances.Store, null, 100, default)).Value.Items[3].Partition;
        await world.Finish(2);
        await world.Raw.Put(Instances.Store, hurt, "instance", "not an instance"u8.ToArray(), Condition.None, null, default);
        await Tended(world, 1);
        Assert.Equal([hurt], (await world.Raw.Scan(Instances.Store, null, 100, default)).Value.Items.Select(d => d.Partition));
    }

    [Fact]
    public async Task A_request_stored_before_anybody_thought_of_histories_is_read()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Ask(PrivacyWorld.Erasure("r"));
        var handle = PrivacyRequest.HandleOf("r");
        var stored = JsonNode.Parse((await world.Raw.Get(PrivacyRequest.Store, handle, "request", default)).Value.Body.Span)!.AsObject();
        Assert.True(stored.Remove("merges") & stored.Remove("historyGone"));
        await world.Raw.Put(PrivacyRequest.Store, handle, "request", System.Text.Encoding.UTF8.GetBytes(stored.ToJsonString()), Condition.None, null, default);
        await Tended(world, 27);
        Assert.Equal("completed", await world.Status("r"));
        Assert.Empty(await Kinds(world));
    }

    // As the timer does, if not as often.
    private static async Task Tended(PrivacyWorld world, int hours)
    {
        for (var half = 0; half < 2 * hours; half++)
        {
            await world.Pass(TimeSpan.FromMinutes(30));
            await world.Tend();
            await world.Settle();
        }
    }

    private static async Task<IReadOnlyList<string>> Kinds(PrivacyWorld world) =>
        [.. (await world.Raw.Scan(Instances.Store, null, 100, default)).Value.Items.Select(d => d.Partition.Split('-')[0]).Order(StringComparer.Ordinal)];
}
