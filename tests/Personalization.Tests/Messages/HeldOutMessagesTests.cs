using Personalization.Experiments;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Messages.Campaigning;
using static Personalization.Tests.Messages.MessageCalls;

namespace Personalization.Tests.Messages;

/// <summary>Whoever only ever gets messages is held out, or not, as whoever visits is.</summary>
public sealed class HeldOutMessagesTests
{
    private const string Leave = "\"marketing\":true,\"personalization\":true";

    [Fact]
    public async Task Who_was_held_out_by_messages_alone_stays_what_they_were_through_a_merge()
    {
        await using var world = await World();
        var people = Enumerable.Range(0, 8).SelectMany(n => new[] { ("user", $"u{n}"), ("visitor", $"v{n}") }).ToList();
        foreach (var (kind, name) in people) await world.Allow(name, Leave, kind);
        var before = await Held(world, people);
        Assert.Contains(true, before);
        Assert.Contains(false, before);
        await world.Parts.Exposures.Flush(default);
        for (var n = 0; n < 8; n++) await PrivacyCalls.Merge(world, $$"""{"from":{"visitor":"v{{n}}"},"into":{"user":"u{{n}}"} }""");
        await PrivacyCalls.Minutes(world, 5);
        Assert.Equal(before, await Held(world, people));
    }

    [Fact]
    public async Task Of_whoever_refused_that_nothing_is_noted_and_of_others_the_holdout_alone()
    {
        await using var world = await World(""","layers":[{"id":"l","experiments":[{"id":"e","share":1,"variants":[{"name":"a","weight":1},{"name":"b","weight":1}]}]}]""");
        await world.Allow("yes", Leave);
        await world.Allow("no", "\"marketing\":true,\"personalization\":false");
        await Held(world, [("user", "yes"), ("user", "no"), ("user", "nobody")]);
        await world.Parts.Exposures.Flush(default);
        var kept = Assert.Single(await world.Documents(), d => d.Store == ExposureRow.Store.Name).Document;
        Assert.Equal(((await world.People.Find("yes", null, default))!.Value.ToString(), "holdout:s"), (kept.Partition, Assert.Single(ExposureRow.Read(kept.Body)).Experiment));
    }

    private static async Task<PrivacyWorld> World(string layers = ""","layers":[]""")
    {
        var world = await PrivacyWorld.Open();
        await world.Call("PUT", "experiments", """{"holdout":{"share":0.5,"seed":"s"}""" + layers + "}", 200);
        await world.Publish(Campaign("vip", 1, ""","when":{"segments":["vip"]}"""));
        return world;
    }

    private static async Task<List<bool>> Held(PrivacyWorld world, IEnumerable<(string Kind, string Name)> people)
    {
        var held = new List<bool>();
        foreach (var (kind, name) in people) held.Add(Suppressed(await world.Decide(name, "email", kind: kind)) == "vip=held-out");
        return held;
    }
}
