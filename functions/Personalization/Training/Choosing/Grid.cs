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

    public static IReadOnlyList<VectorRecipe> Vectors(int items) =>
    [
        .. from dimensions in items < 200 ? new[] { 16 } : items < 2_000 ? [32, 64] : [64, 128]
           from folding in new Folding[] { new(0.3f, 0.003f, 1, 0), new(0.3f, 0.006f, 1, 0), new(0.1f, 0.01f, 1, 0), new(0.1f, 0.01f, 1, 1), new(0.3f, 1, 0.5f, 0) }
           select new VectorRecipe(dimensions, folding),
    ];

    public static IReadOnlyList<NearRecipe> Near(int items) =>
    [
        .. items > ItemRegression.MostItems ? [] : from lambda in new[] { 100f, 300, 1000 } from slope in new[] { 0f, 1 } select new RegressionRecipe(lambda, slope, Kept),
        .. items > GraphFilter.MostItems ? [] : from waves in new[] { 64, 256 } from share in new[] { 0.1f, 0.3f } select new GraphRecipe(Math.Min(waves, items), share, Kept),
        .. from shrink in new[] { 10f, 50 } select new CoOccurrenceRecipe(shrink, 0, Kept),
    ];
}
