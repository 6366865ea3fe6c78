using System.Numerics.Tensors;

namespace Personalization.Training.Ranking;

/// <summary>
/// Learns how much each term counts from what was chosen: the weights that make the chosen ones likeliest, where one of several is
/// chosen with a chance that grows with e to the weighted sum of its terms. Convex, so there is one answer; small weights are
/// preferred a little, so that it is finite.
/// </summary>
public static class LinearRanking
{
    private const int Rounds = 60;
    private const double Ridge = 1e-3;

    /// <param name="terms">How many numbers each has.</param>
    /// <returns>A weight for each term; 0 for one that is always the same.</returns>
    /// <exception cref="ArgumentException">A term, or how much a choice counts, is no number or below 0.</exception>
    public static double[] Learn(IReadOnlyList<Choice> choices, int terms, CancellationToken stop = default)
    {
        Check(choices, terms);
        var (scale, weights, total) = (Spread(choices, terms), new double[terms], choices.Sum(c => c.Weight));
        for (var round = 0; round < Rounds && total > 0; round++)
        {
            stop.ThrowIfCancellationRequested();
            var (gradient, curve) = (new double[terms], new double[terms * terms]);
            foreach (var choice in choices) Add(choice, weights, scale, gradient, curve);
            for (var t = 0; t < terms; t++)
            {
                gradient[t] += Ridge * total * weights[t];
                curve[(t * terms) + t] += Ridge * total;
            }

            Learning.SmallInverse.Of(curve, terms);
            if (!Step(choices, weights, scale, Newton(gradient, curve), total)) break;
        }

        for (var t = 0; t < terms; t++) weights[t] *= scale[t];
        return weights;
    }

    /// <summary>The logarithm of how likely a choice is by learned weights.</summary>
    public static double Likelihood(Choice choice, ReadOnlySpan<double> weights)
    {
        var (own, sum) = (Said(choice.Chosen, weights), 1.0);
        // Against the chosen one; what is far above it counts as far as numbers reach.
        foreach (var other in choice.Others) sum += Math.Exp(Math.Min(Said(other, weights) - own, 700));
        return -Math.Log(sum);
    }

    private static double[] Newton(double[] gradient, double[] curve)
    {
        var step = new double[gradient.Length];
        for (var t = 0; t < step.Length; t++)
            for (var other = 0; other < step.Length; other++) step[t] += curve[(t * step.Length) + other] * gradient[other];
        return step;
    }

    /// <summary>Goes Newton's step, or half of it and half again until it leads down; false where there is nothing left to go.</summary>
    private static bool Step(IReadOnlyList<Choice> choices, double[] weights, double[] scale, double[] step, double total)
    {
        if (!(step.Max(Math.Abs) >= 1e-9)) return false;
        var (before, tried) = (Loss(choices, weights, scale, total), new double[weights.Length]);
        for (var share = 1.0; share > 1e-6; share /= 2)
        {
            for (var t = 0; t < tried.Length; t++) tried[t] = weights[t] - (share * step[t]);
            if (!(Loss(choices, tried, scale, total) < before)) continue;
            tried.CopyTo(weights, 0);
            return true;
        }

        return false;
    }

    private static double Loss(IReadOnlyList<Choice> choices, double[] weights, double[] scale, double total)
    {
        var (loss, real) = (0.0, new double[weights.Length]);
        for (var t = 0; t < weights.Length; t++) (loss, real[t]) = (loss + (Ridge / 2 * total * weights[t] * weights[t]), weights[t] * scale[t]);
        foreach (var choice in choices) loss -= choice.Weight * Likelihood(choice, real);
        return loss;
    }

    private static double Said(float[] row, ReadOnlySpan<double> weights)
    {
        var said = 0.0;
        for (var t = 0; t < weights.Length; t++) said += weights[t] * row[t];
        return said;
    }

    private static void Check(IReadOnlyList<Choice> choices, int terms)
    {
        foreach (var choice in choices)
        {
            if (!(choice.Weight >= 0) || !double.IsFinite(choice.Weight)) throw new ArgumentException("how much a choice counts is a number of 0 or more", nameof(choices));
            for (var row = 0; row <= choice.Others.Count; row++)
                if (Row(choice, row).Length != terms || Row(choice, row).AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    throw new ArgumentException("each of them has as many terms, all numbers", nameof(choices));
        }
    }

    /// <summary>Adds a choice's slope and curvature, of how the others differ from the chosen one: so nothing is lost where all are large and alike.</summary>
    private static void Add(Choice choice, double[] weights, double[] scale, double[] gradient, double[] curve)
    {
        var (terms, others) = (weights.Length, choice.Others.Count);
        var (rows, chances, mean) = (new double[others * terms], new double[others], new double[terms]);
        for (var row = 0; row < others; row++)
            for (var t = 0; t < terms; t++) rows[(row * terms) + t] = scale[t] * ((double)choice.Others[row][t] - choice.Chosen[t]);
        for (var row = 0; row < others; row++) chances[row] = TensorPrimitives.Dot(rows.AsSpan(row * terms, terms), weights);
        var most = Math.Max(0, others == 0 ? 0 : chances.Max());
        var sum = Math.Exp(-most);
        for (var row = 0; row < others; row++) sum += chances[row] = Math.Exp(chances[row] - most);
        for (var row = 0; row < others; row++)
        {
            var own = rows.AsSpan(row * terms, terms);
            var chance = chances[row] / sum;
            TensorPrimitives.MultiplyAdd(own, chance, mean, mean);
            Square(own, choice.Weight * chance, curve);
        }

        TensorPrimitives.MultiplyAdd(mean, choice.Weight, gradient, gradient);
        Square(mean, -choice.Weight, curve);
    }

    /// <summary>Adds a row's products with itself; most of a row is usually 0.</summary>
    private static void Square(ReadOnlySpan<double> row, double weight, double[] into)
    {
        for (var t = 0; t < row.Length; t++)
            if (row[t] != 0) TensorPrimitives.MultiplyAdd(row, weight * row[t], into.AsSpan(t * row.Length, row.Length), into.AsSpan(t * row.Length, row.Length));
    }

    private static float[] Row(Choice choice, int row) => row == 0 ? choice.Chosen : choice.Others[row - 1];

    /// <summary>One over the spread of each term, so that steps mean the same for all of them; 0 for one that is always the same.</summary>
    private static double[] Spread(IReadOnlyList<Choice> choices, int terms)
    {
        var (sum, squares, count, scale) = (new double[terms], new double[terms], 0, new double[terms]);
        foreach (var choice in choices)
            for (var row = 0; row <= choice.Others.Count; row++, count++)
                for (var t = 0; t < terms; t++)
                {
                    // From the first on, so that what is always the same has no spread at all, however large it is.
                    var value = (double)Row(choice, row)[t] - choices[0].Chosen[t];
                    (sum[t], squares[t]) = (sum[t] + value, squares[t] + (value * value));
                }

        for (var t = 0; t < terms; t++)
            if (Math.Sqrt(Math.Max(0, (squares[t] / count) - (sum[t] / count * (sum[t] / count)))) is var spread && spread > 1e-9) scale[t] = 1 / spread;
        return scale;
    }
}
