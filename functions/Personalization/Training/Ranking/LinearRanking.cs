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
    public static double[] Learn(IReadOnlyList<Choice> choices, int terms)
    {
        var scale = Spread(choices, terms);
        var weights = new double[terms];
        for (var round = 0; round < Rounds; round++)
        {
            var (gradient, curve) = (new double[terms], new double[terms * terms]);
            var total = choices.Sum(c => c.Weight);
            foreach (var choice in choices) Add(choice, weights, scale, gradient, curve);
            var most = 0.0;
            for (var t = 0; t < terms; t++)
            {
                gradient[t] += Ridge * total * weights[t];
                curve[(t * terms) + t] += Ridge * total;
            }

            if (total <= 0) break;
            Learning.SmallInverse.Of(curve, terms);
            for (var t = 0; t < terms; t++)
            {
                var step = 0.0;
                for (var other = 0; other < terms; other++) step += curve[(t * terms) + other] * gradient[other];
                // Newton's step, held short where the curve is steep.
                step = Math.Clamp(step, -1, 1);
                weights[t] -= step;
                most = Math.Max(most, Math.Abs(step));
            }

            if (most < 1e-9) break;
        }

        for (var t = 0; t < terms; t++) weights[t] *= scale[t];
        return weights;
    }

    private static void Add(Choice choice, double[] weights, double[] scale, double[] gradient, double[] curve)
    {
        var terms = weights.Length;
        var rows = choice.Others.Count + 1;
        var chances = new double[rows];
        for (var row = 0; row < rows; row++)
            for (var t = 0; t < terms; t++) chances[row] += weights[t] * scale[t] * Row(choice, row)[t];
        var (most, sum) = (chances.Max(), 0.0);
        for (var row = 0; row < rows; row++) sum += chances[row] = Math.Exp(chances[row] - most);
        var mean = new double[terms];
        for (var row = 0; row < rows; row++)
        {
            chances[row] /= sum;
            for (var t = 0; t < terms; t++) mean[t] += chances[row] * scale[t] * Row(choice, row)[t];
        }

        for (var t = 0; t < terms; t++) gradient[t] += choice.Weight * (mean[t] - (scale[t] * choice.Chosen[t]));
        for (var row = 0; row < rows; row++)
            for (var a = 0; a < terms; a++)
            {
                var left = choice.Weight * chances[row] * ((scale[a] * Row(choice, row)[a]) - mean[a]);
                for (var b = 0; b < terms; b++) curve[(a * terms) + b] += left * ((scale[b] * Row(choice, row)[b]) - mean[b]);
            }
    }

    private static float[] Row(Choice choice, int row) => row == 0 ? choice.Chosen : choice.Others[row - 1];

    /// <summary>One over the spread of each term, so that steps mean the same for all of them; 0 for one that is always the same.</summary>
    private static double[] Spread(IReadOnlyList<Choice> choices, int terms)
    {
        var (sum, squares, count) = (new double[terms], new double[terms], 0);
        foreach (var choice in choices)
            for (var row = 0; row <= choice.Others.Count; row++, count++)
                for (var t = 0; t < terms; t++)
                {
                    double value = Row(choice, row)[t];
                    (sum[t], squares[t]) = (sum[t] + value, squares[t] + (value * value));
                }

        var scale = new double[terms];
        for (var t = 0; t < terms; t++)
            if (Math.Sqrt(Math.Max(0, (squares[t] / count) - (sum[t] / count * (sum[t] / count)))) is var spread && spread > 1e-9) scale[t] = 1 / spread;
        return scale;
    }
}
