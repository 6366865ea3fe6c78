using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Training.Choosing;

/// <param name="Score">Of <see cref="Tuning.Metric"/>; no number where there was nobody to ask for.</param>
public sealed record Tried(Recipe Recipe, double Score);

/// <summary>
/// Finds the recipe that best finds what people met later: every one of the grid, then blends of the best neighbours and the best
/// vectors. What is asked for here is held out of what the recipes learn from, and is none of what evaluations ask for.
/// </summary>
public sealed class Tuning
{
    /// <summary>As many people as tell recipes apart that differ by more than chance.</summary>
    private const int MostPeople = 10_000;

    private const int Length = 10;

    private readonly Split split;
    private readonly Panel panel;
    private readonly ulong seed;
    private readonly Action<string> tell;
    private readonly ParallelOptions how;
    private readonly List<Tried> tried = [];

    private Tuning(Split split, ulong seed, int threads, Action<string> tell, CancellationToken stop)
    {
        (this.split, this.seed, this.tell) = (split, seed, tell);
        panel = Panel.Of(split, Asked.NewItems, MostPeople, seed);
        how = new() { MaxDegreeOfParallelism = threads, CancellationToken = stop };
    }

    /// <summary>What decides: how much of what people met next is high up in the list.</summary>
    public static string Metric { get; } = Metrics.Ndcg(Length);

    /// <param name="tell">Told each recipe that was tried, and how it did.</param>
    /// <returns>What was tried, best first; never empty.</returns>
    public static IReadOnlyList<Tried> Run(Split split, ulong seed, int threads, Action<string> tell, CancellationToken stop)
    {
        var run = new Tuning(split, seed, threads, tell, stop);
        var near = run.Best(Grid.Near(split.Train.Width), r => r.Learn(split.Train, seed, threads, stop));
        var vectors = run.Best(Grid.Vectors(split.Train.Width), r => r.Learn(split.Train, seed, threads, stop));
        foreach (var share in Grid.Shares) run.Note(new BlendRecipe(near.Recipe, vectors.Recipe, share), new Blend(near.Model, vectors.Model, share));
        // Of equal ones, such as where there was nobody to ask for, the first.
        return [.. run.tried.OrderByDescending(t => double.IsFinite(t.Score) ? t.Score : -1)];
    }

    private (TRecipe Recipe, TModel Model) Best<TRecipe, TModel>(IReadOnlyList<TRecipe> recipes, Func<TRecipe, TModel> learn)
        where TRecipe : Recipe
        where TModel : IRecommender
    {
        (TRecipe Recipe, TModel Model, double Score)? best = null;
        foreach (var recipe in recipes)
        {
            how.CancellationToken.ThrowIfCancellationRequested();
            var model = learn(recipe);
            var score = Note(recipe, model);
            if (best is null || score > best.Value.Score) best = (recipe, model, score);
        }

        return (best!.Value.Recipe, best.Value.Model);
    }

    private double Note(Recipe recipe, IRecommender model)
    {
        var listing = Listing.Of(model, panel, Asked.NewItems, Length, how);
        var sum = 0.0;
        for (var place = 0; place < listing.People; place++) sum += ListMetrics.Ndcg(listing.Items(place), panel.Wanted(place), Length);
        // A model that gives scores which are no numbers is none, however well the rest of it does.
        var score = listing.NoNumbers > 0 ? double.NaN : sum / listing.People;
        tried.Add(new(recipe, score));
        tell($"{recipe}: {score:0.0000}");
        return score;
    }
}
