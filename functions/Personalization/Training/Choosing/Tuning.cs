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
        return run.Over(Grid.Near(split.Train.Width), Grid.Vectors(split.Train.Width));
    }

    /// <inheritdoc cref="Run"/>
    internal static IReadOnlyList<Tried> Run(
        Split split, IReadOnlyList<NearRecipe> near, IReadOnlyList<VectorRecipe> vectors, ulong seed, int threads, Action<string> tell, CancellationToken stop) =>
        new Tuning(split, seed, threads, tell, stop).Over(near, vectors);

    private Tried[] Over(IReadOnlyList<NearRecipe> nearRecipes, IReadOnlyList<VectorRecipe> vectorRecipes)
    {
        var (threads, stop) = (how.MaxDegreeOfParallelism, how.CancellationToken);
        var near = Best(nearRecipes, r => r.Learn(split.Train, seed, threads, stop));
        var vectors = Best(vectorRecipes, r => r.Learn(split.Train, seed, threads, stop));
        if (near is not null && vectors is not null)
            foreach (var share in Grid.Shares) Note(new BlendRecipe(near.Value.Recipe, vectors.Value.Recipe, share), new Blend(near.Value.Model, vectors.Value.Model, share));
        // Of equal ones, such as where there was nobody to ask for, the first.
        return tried.Count > 0 ? [.. tried.OrderByDescending(t => double.IsFinite(t.Score) ? t.Score : -1)] : throw new ArithmeticException("no recipe makes a model of numbers from these meetings");
    }

    /// <summary>Null where none makes a model of numbers.</summary>
    private (TRecipe Recipe, TModel Model)? Best<TRecipe, TModel>(IReadOnlyList<TRecipe> recipes, Func<TRecipe, TModel> learn)
        where TRecipe : Recipe
        where TModel : IRecommender
    {
        (TRecipe Recipe, TModel Model, double Score)? best = null;
        foreach (var recipe in recipes)
        {
            how.CancellationToken.ThrowIfCancellationRequested();
            if (Learned(recipe, learn) is { } model && Note(recipe, model) is { } score && !(score <= best?.Score)) best = (recipe, model, score);
        }

        return best is { } found ? (found.Recipe, found.Model) : null;
    }

    private TModel? Learned<TRecipe, TModel>(TRecipe recipe, Func<TRecipe, TModel> learn)
        where TRecipe : Recipe
        where TModel : IRecommender
    {
        try
        {
            return learn(recipe);
        }
        catch (ArithmeticException e)
        {
            tell($"{recipe}: {e.Message}");
            return default;
        }
    }

    /// <summary>Null, and not tried at all, for a model that gives scores which are no numbers, however well the rest of it does.</summary>
    private double? Note(Recipe recipe, IRecommender model)
    {
        var listing = Listing.Of(model, panel, Asked.NewItems, Length, how);
        if (listing.NoNumbers > 0)
        {
            tell($"{recipe}: gives scores that are no numbers");
            return null;
        }

        var sum = 0.0;
        for (var place = 0; place < listing.People; place++) sum += ListMetrics.Ndcg(listing.Items(place), panel.Wanted(place), Length);
        var score = sum / listing.People;
        tried.Add(new(recipe, score));
        tell($"{recipe}: {score:0.0000}");
        return score;
    }
}
