using System.Text.Json;
using Personalization.Functions.Hosting;
using Personalization.Tests.Decisions.Whole;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Tests.Segments;

/// <summary>Marketers see how many people a segment has, and nothing of few.</summary>
public sealed class SegmentCensusTests
{
    [Fact]
    public async Task Of_enough_people_the_number_is_told_and_of_few_or_nobody_nothing()
    {
        await using var world = await Shop();
        Assert.Equal(0, (await Sizes(world)).GetProperty("segments").GetArrayLength());
        await Count(world);
        var sizes = await Sizes(world);
        Assert.Equal((20, false), (sizes.GetProperty("fewest").GetInt32(), sizes.TryGetProperty("epsilon", out _)));
        Assert.Equal([("category:bags", null), ("category:hats", null), ("category:shoes", 22), ("category:tents", null), ("high-intent", null), ("new", null), ("returning", 27)], People(sizes));
    }

    [Fact]
    public async Task Who_takes_back_their_yes_is_not_counted_any_more()
    {
        await using var world = await Shop();
        foreach (var n in new[] { 1, 2, 3 }) await Allow(world, $"shoes-{n}", training: false);
        await Count(world);
        Assert.Equal(("category:shoes", null), People(await Sizes(world))[2]);
        Assert.Equal(("returning", 24), People(await Sizes(world))[6]);
    }

    [Fact]
    public async Task Where_training_is_private_numbers_have_noise_that_is_paid_for()
    {
        await using var world = await Shop(("Training__Private__On", "true"));
        await Count(world);
        var sizes = await Sizes(world);
        Assert.Equal(0.1, sizes.GetProperty("epsilon").GetDouble());
        Assert.All(sizes.GetProperty("segments").EnumerateArray(), s => Assert.True(s.GetProperty("noise").GetInt32() > 20));
        var budget = await world.Call("GET", "training/budget", null, 200);
        Assert.Equal("segments", Assert.Single(budget.GetProperty("releases").EnumerateArray()).GetProperty("what").GetString());

        Assert.IsType<Noted.Permitted>(await world.Parts.Training.Budget.Note("all of it", new(PrivateOptions.Default.Most.Value - (2 * Rho.Most(0.1, 1e-6).Value) + 1e-6), default));
        world.Clock.Advance(TimeSpan.FromDays(1));
        await Count(world);
        Assert.Equal(sizes.GetRawText(), (await Sizes(world)).GetRawText());
    }

    private static async Task<PrivacyWorld> Shop(params (string, string)[] settings)
    {
        var world = await PrivacyWorld.Open(settings);
        await world.Stock();
        foreach (var (kind, people, first) in new[] { ("shoes", 22, 0), ("hats", 5, 1) })
            for (var n = 0; n < people; n++)
            {
                await Allow(world, $"{kind}-{n}", training: true);
                await world.Call("POST", "events", $"[{string.Join(',', Enumerable.Range(0, 3).Select(i => Sending.View($"{kind}-{n}-{i}", $"{kind}-{n}", $"item-{first + (i * 4):d2}", """{"personalization":true,"training":true}""")))}]", 202);
            }

        await Allow(world, "silent", training: false);
        await world.Call("POST", "events", $"[{Sending.View("silent-1", "silent", "item-00", """{"personalization":true}""")}]", 202);
        await world.Apply();
        return world;
    }

    private static Task Allow(PrivacyWorld world, string visitor, bool training) => world.Call(
        "PUT", "consent", $$"""{"visitor":"{{visitor}}","purposes":{"personalization":true,"training":{{(training ? "true" : "false")}}},"source":"s","noticeVersion":"1"}""", 200);

    private static Task Count(PrivacyWorld world) => ((Trigger.Timer)world.Parts.Table.Find("CountSegments")!.Trigger).Handle(new(null, null, null, false), default).AsTask();

    private static Task<JsonElement> Sizes(PrivacyWorld world) => world.Call("GET", "segments/sizes", null, 200);

    private static IReadOnlyList<(string, int?)> People(JsonElement sizes) =>
        [.. sizes.GetProperty("segments").EnumerateArray().Select(s => (s.GetProperty("segment").GetString()!, s.TryGetProperty("people", out var people) ? people.GetInt32() : (int?)null)).OrderBy(s => s.Item1, StringComparer.Ordinal)];
}
