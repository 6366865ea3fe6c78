using Personalization.Models;
using Personalization.Tests.Training.Evaluating;
using Personalization.Tests.Training.Learning;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Choosing;

/// <summary>The best recipe is found, and one is found whatever there is to find it from.</summary>
public sealed class TuningTests
{
    private static readonly Split Shop = Small.Shop(200, 40, 1);
    private static readonly VectorRecipe[] Vectors = [new(8, Shops.Folding, 1), new(16, Shops.Folding, 5)];
    private static readonly NearRecipe[] Near = [new CoOccurrenceRecipe(10, 0, 20), new RegressionRecipe(5, 0, 20)];

    [Fact]
    public void The_same_meetings_and_seed_choose_the_same_whatever_the_threads()
    {
        var told = new List<string>();
        var first = Tuning.Run(Shop, Near, Vectors, 1, 1, told.Add, default);
        Assert.Equal(Near.Length + Vectors.Length + Grid.Shares.Length, first.Count);
        Assert.Equal(first.Count, told.Count);
        Assert.Equal(first.OrderByDescending(t => t.Score), first);
        Assert.Equal(first, Tuning.Run(Shop, Near, Vectors, 1, 3, _ => { }, default));
        Assert.Contains(first, t => t.Recipe is BlendRecipe);
    }

    [Fact]
    public void A_score_is_what_the_evaluation_of_the_same_model_says()
    {
        var tried = Tuning.Run(Shop, Near, Vectors, 1, 2, _ => { }, default);
        foreach (var one in tried) Assert.Equal(Measured(one.Recipe), one.Score, 1e-9);
    }

    [Fact]
    public void With_nobody_to_ask_for_there_is_a_recipe_nevertheless()
    {
        foreach (var split in new[] { Small.Of(3, 3, (0, 0, 1), (1, 1, 2)), Small.Of(0, 0), Small.Of(1, 1, (0, 0, 1)) })
        {
            var best = Tuning.Run(split, 1, 2, _ => { }, default)[0];
            Assert.False(double.IsFinite(best.Score));
            Assert.NotNull(best.Recipe.Learn(split.Train, 1, 2, default));
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_recipe_that_makes_no_numbers_is_never_chosen_and_none_of_it_blended(bool ask)
    {
        var broken = new VectorRecipe(16, new(0.1f, 0.1f, 0.5f, 3e38f));
        var split = ask ? Shop : Small.Of(3, 3, (0, 0, 1), (1, 1, 2), (1, 0, 2));
        var weak = new Nonsense();
        var tried = Tuning.Run(split, [weak, .. Near], [broken, .. Vectors], 1, 2, _ => { }, default);
        Assert.DoesNotContain(tried, t => t.Recipe == broken || t.Recipe == weak || t.Recipe is BlendRecipe b && (b.Vectors == broken || b.Near == weak));
        Assert.Contains(tried, t => t.Recipe is BlendRecipe);
        Assert.DoesNotContain(Tuning.Run(split, Near, [broken], 1, 2, _ => { }, default), t => t.Recipe is BlendRecipe);
        Assert.Throws<ArithmeticException>(() => Tuning.Run(split, [weak], [broken], 1, 2, _ => { }, default));
    }

    [Fact]
    public void It_stops_soon_after_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        var told = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Tuning.Run(Shop, Near, Vectors, 1, 2, _ => { told++; stop.Cancel(); }, stop.Token));
        Assert.Equal(1, told);
    }

    [Fact]
    public void The_grid_leaves_out_what_takes_too_long_and_fits_small_shops()
    {
        Assert.DoesNotContain(Grid.Near(ItemRegression.MostItems + 1), r => r is RegressionRecipe);
        Assert.DoesNotContain(Grid.Near(GraphFilter.MostItems + 1), r => r is GraphRecipe);
        Assert.All(Grid.Near(1_000_000), r => Assert.IsType<CoOccurrenceRecipe>(r));
        foreach (var items in new[] { 0, 1, 5 }) Assert.All(Grid.Near(items).OfType<GraphRecipe>(), r => Assert.InRange(r.Waves, 1, 5));
    }

    private static double Measured(Recipe recipe)
    {
        var model = recipe.Learn(Shop.Train, 1, 2, default);
        var report = Evaluation.Run([Contender.Of(model)], Shop, Asked.NewItems, null, Small.Options with { Cuts = [10], Shown = 10 }, 1, default);
        return report.Contenders[0][Tuning.Metric]!.Value!.Value;
    }

    /// <summary>Says that it cannot, as families do.</summary>
    private sealed record Nonsense : NearRecipe
    {
        public override Neighbours Learn(Interactions people, ulong seed, int threads, CancellationToken stop) =>
            Neighbours.Of("nonsense", people.Width, 1, 0, threads, (_, rows) => rows.All.Fill(float.NaN), stop);

        public override string ToString() => "nonsense";
    }
}
