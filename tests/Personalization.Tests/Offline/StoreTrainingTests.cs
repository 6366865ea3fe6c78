using Personalization.Functions.Hosting;
using Personalization.Functions.Offline;
using Personalization.Tests.Decisions.Whole;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;
using Personalization.Training.Runs;

namespace Personalization.Tests.Offline;

/// <summary>An operator trains in the foreground, on the stores the engine leaves behind.</summary>
public sealed class StoreTrainingTests : IDisposable
{
    private const string Consent = """{"personalization":true,"training":true}""";

    /// <summary>Few people are no measure of a model; these let anything pass that is one.</summary>
    internal static readonly IReadOnlyList<KeyValuePair<string, string>> Gates =
    [
        new("Models__GateFloor", "0"), new("Models__GateCoverage", "0"), new("Models__GateCalibration", "1"), new("Models__GateFairness", "1"), new("Models__GateTolerance", "1"),
    ];

    private readonly string directory = Directory.CreateTempSubdirectory("store-training-").FullName;
    private readonly StringWriter told = new();

    public void Dispose()
    {
        told.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_run_tells_what_it_does_and_its_model_serves_when_the_engine_is_back()
    {
        var clock = await Shop(people: 30);
        Assert.Equal(0, await StoreTraining.Run(Options(), clock, told, default));
        foreach (var word in new[] { "reading people", "choosing a recipe", "learning from everything", "completed", "became   champion", "order    search: the standard ranker" }) Assert.Contains(word, told.ToString(), StringComparison.Ordinal);

        await using var world = await PrivacyWorld.OpenIn(directory);
        var champion = await world.Call("GET", "models/champion", null, 200);
        Assert.Contains(champion.GetProperty("rollout").GetProperty("champion").GetString()!, told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_may_be_learned_from_it_says_so()
    {
        var clock = await Shop(people: 0);
        Assert.Equal(1, await StoreTraining.Run(Options(), clock, told, default));
        Assert.Contains("nothing-to-learn", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_engine_has_the_stores_or_another_run_is_under_way_it_does_not_begin()
    {
        await using var world = await PrivacyWorld.OpenIn(directory);
        Assert.Equal(2, await StoreTraining.Run(Options(), world.Clock, told, default));
        var run = await world.Parts.Training.Begin(TrainingRuns.NewId(world.Clock.GetUtcNow()), "schedule", default);
        Assert.Equal(2, await StoreTraining.Run(world.Parts.Training, world.Clock, told, default));
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await StoreTraining.Run(world.Parts.Training, world.Clock, told, default));
        Assert.Equal(TrainingStatus.Failed, (await world.Parts.Training.Runs.Find(run.Id, default))!.Status);
    }

    private AppOptions Options() => AppOptions.Read(new([new("Storage__Directory", directory), .. Gates]));

    private async Task<ManualClock> Shop(int people)
    {
        await using var world = await PrivacyWorld.OpenIn(directory);
        await world.Stock();
        for (var n = 0; n < people; n++)
        {
            await world.Call("PUT", "consent", $$"""{"visitor":"v{{n}}","purposes":{{Consent}},"source":"s","noticeVersion":"1"}""", 200);
            await world.Call("POST", "events", $"[{string.Join(',', Enumerable.Range(0, 6).Select(i => Sending.View($"v{n}-{i}", $"v{n}", $"item-{((n % 2) + (2 * ((n + (i * 3)) % 10))):d2}", Consent)))}]", 202);
        }

        await world.Apply();
        return world.Clock;
    }
}
