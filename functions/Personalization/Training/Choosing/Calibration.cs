using Personalization.Training.Evaluating;
using Personalization.Training.Learning;
using Personalization.Training.Ranking;

namespace Personalization.Training.Choosing;

/// <summary>
/// A model's scores as the chance that an item is met: 1 / (1 + e^-(slope · score + shift)), of scores that were brought to the
/// same spread for everybody, as models say more the more they know. The order of items stays as it is. Platt 1999.
/// </summary>
public sealed record Calibration(double Slope, double Shift)
{
    private const int Shown = 20;
    private const int MostPeople = 5_000;
    private const int Rounds = 50;

    /// <summary>Learned from what was listed first for everybody, and whether they met it.</summary>
    /// <param name="model">Learned from what the split has to learn from.</param>
    public static Calibration Learn(IRecommender model, Split split, ulong seed, int threads, CancellationToken stop)
    {
        var panel = Panel.Of(split, Asked.NewItems, MostPeople, seed);
        var listing = Listing.Of(new Leveled(model), panel, Asked.NewItems, Shown, new() { MaxDegreeOfParallelism = threads, CancellationToken = stop });
        var seen = new List<(double Score, bool Met)>();
        for (var place = 0; place < listing.People; place++)
            for (var i = 0; i < listing.Items(place).Length; i++) seen.Add((listing.Scores(place)[i], ListMetrics.Hit(listing.Items(place)[i], panel.Wanted(place))));
        return Fit(seen);
    }

    public IRecommender Of(IRecommender model) => new Scaled(model, this);

    private double Chance(double score) => 1 / (1 + Math.Exp(-((Slope * score) + Shift)));

    /// <summary>Newton's steps to the likeliest, with targets that are never quite 0 or 1.</summary>
    private static Calibration Fit(List<(double Score, bool Met)> seen)
    {
        var hits = seen.Count(s => s.Met);
        var (high, low) = ((hits + 1.0) / (hits + 2), 1.0 / (seen.Count - hits + 2));
        var found = new Calibration(0, Math.Log((hits + 1.0) / (seen.Count - hits + 1)));
        for (var round = 0; round < Rounds; round++)
        {
            var (a, b, aa, ab, bb) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
            foreach (var (score, met) in seen)
            {
                var chance = found.Chance(score);
                var (miss, curve) = (chance - (met ? high : low), chance * (1 - chance));
                (a, b, aa, ab, bb) = (a + (miss * score), b + miss, aa + (curve * score * score), ab + (curve * score), bb + curve);
            }

            var whole = (aa * bb) - (ab * ab);
            if (!(whole > 0)) break;
            var (slope, shift) = (((bb * a) - (ab * b)) / whole, ((aa * b) - (ab * a)) / whole);
            found = new(found.Slope - slope, found.Shift - shift);
            if (Math.Abs(slope) + Math.Abs(shift) < 1e-9) break;
        }

        // A score that promises less the higher it is promises nothing.
        return found.Slope > 0 && double.IsFinite(found.Slope) && double.IsFinite(found.Shift) ? found : new(0, Math.Log((hits + 1.0) / (seen.Count - hits + 1)));
    }

    private sealed class Leveled(IRecommender model) : IRecommender
    {
        public string Name => model.Name;

        public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
        {
            model.Score(items, weights, scores);
            Terms.Level(scores);
        }
    }

    private sealed class Scaled(IRecommender model, Calibration by) : IRecommender
    {
        public string Name => model.Name;

        public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
        {
            model.Score(items, weights, scores);
            Terms.Level(scores);
            // Without a slope all would be the same, and nothing in order.
            if (by.Slope > 0)
                foreach (ref var score in scores) score = (float)by.Chance(score);
        }
    }
}
