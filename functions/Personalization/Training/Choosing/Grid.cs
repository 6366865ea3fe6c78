using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Training.Choosing;

/// <summary>
/// The recipes that a training run tries. Few and far apart: what lies between two of them rarely makes a difference that can be
/// told from chance. Families are left out where their cost grows faster than the catalogue.
/// </summary>
public static class Grid
{
    private const int Kept = 100;

    /// <summary>Shares of neighbours in blends of the best of both.</summary>
    public static readonly float[] Shares = [0.3f, 0.5f, 0.7f];

    private static readonly int[] Few = [16];
    private static readonly int[] Some = [32, 64];
    private static readonly int[] Many = [64, 128];
    private static readonly float[] Lambdas = [100, 300, 1000];
    private static readonly float[] Slopes = [0, 1];
    private static readonly int[] Waves = [64, 256];
    private static readonly float[] Signals = [0.1f, 0.3f];
    private static readonly float[] Shrinks = [10, 50];
    private static readonly Folding[] Foldings = [new(0.3f, 0.003f, 1, 0), new(0.3f, 0.006f, 1, 0), new(0.1f, 0.01f, 1, 0), new(0.1f, 0.01f, 1, 1), new(0.3f, 0.3f, 0.5f, 0)];

    public static IReadOnlyList<VectorRecipe> Vectors(int items) =>
        [.. from dimensions in items < 200 ? Few : items < 2_000 ? Some : Many from folding in Foldings select new VectorRecipe(dimensions, folding)];

    /// <param name="mostBytes">What needs a larger square of the items than this is left out.</param>
    public static IReadOnlyList<NearRecipe> Near(int items, long mostBytes = long.MaxValue) =>
    [
        .. items > ItemRegression.MostItems || (long)items * items * sizeof(float) > mostBytes ? [] : from lambda in Lambdas from slope in Slopes select new RegressionRecipe(lambda, slope, Kept),
        .. items > GraphFilter.MostItems ? [] : from waves in Waves from signal in Signals select new GraphRecipe(Math.Clamp(items, 1, waves), signal, Kept),
        .. from shrink in Shrinks select new CoOccurrenceRecipe(shrink, 0, Kept),
    ];
}
