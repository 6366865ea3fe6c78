using System.Numerics.Tensors;
using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>
/// Scores as a signal that spreads over the graph of people and items: one step to the items that the same people met, each
/// person and item counting less the more they have, plus what is left of the signal in the slowest waves of the graph.
/// Shen and others 2021.
/// </summary>
internal sealed class GraphFilter : IRecommender
{
    private readonly Neighbours near;
    private readonly Matrix waves;
    private readonly float[] roots;
    private readonly float share;

    private GraphFilter(Neighbours near, Matrix waves, float[] roots, float share) => (this.near, this.waves, this.roots, this.share) = (near, waves, roots, share);

    public string Name => "graph";

    /// <param name="waves">How many of the slowest waves.</param>
    /// <param name="share">How much they count beside one step.</param>
    public static GraphFilter Learn(Interactions people, int waves, float share, int kept, ulong seed, int threads, CancellationToken stop)
    {
        var items = people.Turned();
        var (weighted, roots) = (Scaled(people, items), new float[people.Width]);
        for (var item = 0; item < roots.Length; item++) roots[item] = MathF.Sqrt(items.ColumnsOf(item).Length);
        var back = weighted.Turned();
        var (vectors, _) = SingularVectors.Of(weighted, waves, seed, threads, stop);
        var near = Neighbours.Of("step", people.Width, kept, 0, threads, stop, (item, row) =>
        {
            var (met, own) = (back.ColumnsOf(item).ToArray(), back.WeightsOf(item).ToArray());
            for (var i = 0; i < met.Length; i++)
            {
                var others = weighted.ColumnsOf(met[i]);
                var theirs = weighted.WeightsOf(met[i]);
                for (var j = 0; j < others.Length; j++) row[others[j]] += own[i] * theirs[j];
            }
        });
        return new(near, vectors, roots, share);
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        near.Score(items, weights, scores);
        var person = new Aligned<float>(waves.Stride).Span;
        foreach (var item in items)
            if (roots[item] > 0) TensorPrimitives.MultiplyAdd(waves[item], share / roots[item], person, person);
        for (var item = 0; item < scores.Length; item++) scores[item] += roots[item] * TensorPrimitives.Dot<float>(person, waves[item]);
    }

    /// <summary>Each pair over the roots of what its person and its item have.</summary>
    private static Interactions Scaled(Interactions people, Interactions items)
    {
        var builder = new InteractionsBuilder(people.Width);
        for (var row = 0; row < people.Rows; row++)
        {
            var met = people.ColumnsOf(row);
            var scaled = new (int, float)[met.Length];
            for (var i = 0; i < met.Length; i++) scaled[i] = (met[i], 1 / MathF.Sqrt((float)met.Length * items.ColumnsOf(met[i]).Length));
            builder.Add(scaled);
        }

        return builder.Build();
    }
}
