using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Recommending;
using Personalization.Events;
using Personalization.Models;
using Personalization.Models.Guarding;
using Personalization.Models.Shadowing;
using Personalization.Popularity;
using Personalization.Tests.Decisions;
using Personalization.Tests.Models.Rollouts;

namespace Personalization.Tests.Models.Shadowing;

/// <summary>A shadow says what it would have said, and nobody who decides waits for it.</summary>
public sealed class ShadowScoringTests : IAsyncLifetime
{
    private static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With([.. Enumerable.Range(0, 40).Select(i => Made.Item($"item-{i:d2}", "all"))]);
    private static readonly RecommendationEngine Engine = new(Made.NoCompanions, Made.Options(Rankers.Personal));

    private readonly RolloutWorld world = new();
    private ServedModels served = null!;

    public async Task InitializeAsync()
    {
        await world.Register("a", "b");
        await world.Registry.Keep(Renamed(Learn.Model(40, 8, new(0.01f, 0.1f, 0, 0), seed: 9).Model, "other"), Cards.Good(), default);
        await world.Promote("a", "champion");
        await world.Promote("b", "shadow");
        await world.Promote("other", "shadow");
        served = world.Process();
        await served.Preload(default);
    }

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task The_same_model_is_wholly_alike_and_another_is_not()
    {
        var shadows = Scoring(1);
        for (var n = 0; n < 10; n++) shadows.Note(served.Lineup, Decided(n));
        Assert.Equal(10, shadows.Drain());
        var (same, other) = (await Read(shadows, "b"), await Read(shadows, "other"));
        Assert.Equal((10, 10.0, 10.0), (same.Count, same.Overlap, Math.Round(same.Correlation, 9)));
        Assert.Equal(same.ChampionScore, same.ShadowScore, 9);
        Assert.Equal(10, other.Count + other.Silent);
        Assert.True(other.Correlation < 9);
        Assert.NotEqual(other.ChampionScore, other.ShadowScore);
    }

    [Fact]
    public async Task Sums_of_all_processes_are_added_up()
    {
        foreach (var shadows in new[] { Scoring(1), Scoring(1) })
        {
            shadows.Note(served.Lineup, Decided(1));
            shadows.Drain();
            await shadows.Flush(default);
            await shadows.Flush(default);
        }

        Assert.Equal(2, (await Read(Scoring(1), "b")).Count);
    }

    [Fact]
    public void Only_a_sample_is_scored()
    {
        var shadows = Scoring(0.1);
        for (var n = 0; n < 100; n++) shadows.Note(served.Lineup, Decided(1));
        Assert.Equal(10, shadows.Drain());
        var never = Scoring(0);
        for (var n = 0; n < 100; n++) never.Note(served.Lineup, Decided(1));
        Assert.Equal(0, never.Drain());
    }

    [Fact]
    public void What_there_is_no_room_for_is_left_out_and_counted()
    {
        var dropped = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (i, l) => { if (i.Meter == world.Meter && i.Name.EndsWith("shadow.dropped", StringComparison.Ordinal)) l.EnableMeasurementEvents(i); };
        listener.SetMeasurementEventCallback<long>((_, n, _, _) => dropped += n);
        listener.Start();
        var shadows = Scoring(1);
        for (var n = 0; n < ShadowScoring.Room + 5; n++) shadows.Note(served.Lineup, Decided(1));
        Assert.Equal((5, ShadowScoring.Room), (dropped, shadows.Drain()));
    }

    [Fact]
    public void What_the_champion_had_no_say_in_is_not_scored()
    {
        var shadows = Scoring(1);
        shadows.Note(served.Lineup, Decided(1, known: false));
        var canary = Decided(1);
        canary.Model = new(new("c", "00"), served.Now.Model);
        shadows.Note(served.Lineup, canary);
        Assert.Equal(0, shadows.Drain());
    }

    [Fact]
    public async Task Without_a_shadow_noting_costs_no_memory()
    {
        await world.Rollback("b");
        await world.Rollback("other");
        await world.Later(served, l => l.Rollout.InShadow.Count == 0);
        var (shadows, d) = (Scoring(1), Decided(1));
        shadows.Note(served.Lineup, d);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 1000; n++) shadows.Note(served.Lineup, d);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private ShadowScoring Scoring(double sample) => new(served, new TrialSheets(world.Storage.Documents), sample, world.Meter);

    private ValueTask<ShadowSums> Read(ShadowScoring shadows, string name) => shadows.Read(served.Lineup.Shadows.Single(s => s.Model.Name == name).Promotion, served.Lineup.Champion.Promotion, default);

    private Decision Decided(int person, bool known = true) => new Made
    {
        Items = Catalogue, Ranking = PopularItems.None, Model = served.Now, Person = person,
        Profile = known ? Made.Met(Catalogue, EventType.View, $"item-{person:d2}", $"item-{person + 2:d2}") : null,
    }.By(Engine, """{"visitor":"v","count":10}""");

    private static FactorModel Renamed(FactorModel model, string name)
    {
        var rows = new float[model.Count * model.Spectrum.Length];
        for (var i = 0; i < model.Count; i++) model.Vectors.Row(i).CopyTo(rows.AsSpan(i * model.Spectrum.Length));
        return FactorModel.Of(name, model.TrainedAt, model.Keys, rows, model.Spectrum, model.Folding);
    }
}
