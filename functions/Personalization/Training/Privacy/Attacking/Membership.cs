using Personalization.Training.Learning;

namespace Personalization.Training.Privacy.Attacking;

/// <summary>
/// What somebody who has a model and all that a person met can tell of whether it was learned from that person. For measuring how much
/// a model gives away; uses whole people, half of whom are learned from.
/// </summary>
public static class Membership
{
    /// <summary>A statistic that is the same for all needs some width.</summary>
    private const double LeastVariance = 1e-12;

    /// <summary>
    /// Loss threshold (Yeom and others 2018): whoever's items the model rates higher, each by the others and beside what it gives everything,
    /// is more likely one of those it was learned from.
    /// </summary>
    public static Advantage ByLoss(IRecommender model, Interactions people, bool[] member, int threads)
    {
        var fit = Fits(model, people, threads);
        return Advantage.Of(Where(fit, member, true), Where(fit, member, false));
    }

    /// <summary>
    /// Shadow models (LiRA: Carlini and others 2022): other models are learned from other random halves in the same way, and a person is judged
    /// by how much more likely their fit is among models with them than among models without. Every model is attacked once, by the others.
    /// </summary>
    /// <param name="learn">Learns as the attacked model was.</param>
    /// <param name="shadows">How many models there are, the attacked one among them; 8 at least.</param>
    public static Advantage ByShadows(Func<Interactions, IRecommender> learn, Interactions people, int shadows, ulong seed, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shadows, 8);
        var (halves, fits) = (new bool[shadows][], new double[shadows][]);
        for (var s = 0; s < shadows; s++)
        {
            halves[s] = Half(people.Rows, seed + (ulong)s);
            fits[s] = Fits(learn(Only(people, halves[s])), people, threads);
        }

        var (members, others) = (new List<double>(), new List<double>());
        for (var person = 0; person < people.Rows; person++)
        {
            if (people.ColumnsOf(person).Length < 2) continue;
            for (var s = 0; s < shadows; s++) (halves[s][person] ? members : others).Add(LogRatio(halves, fits, person, s));
        }

        return Advantage.Of(members.ToArray(), others.ToArray());
    }

    /// <summary>Who is in a random half.</summary>
    public static bool[] Half(int people, ulong seed)
    {
        var half = new bool[people];
        for (var person = 0; person < people; person++) half[person] = (Chance.Bits(seed, (ulong)person) & 1) == 1;
        return half;
    }

    /// <summary>The same people, of whom some met nothing.</summary>
    public static Interactions Only(Interactions people, bool[] half)
    {
        var builder = new InteractionsBuilder(people.Width);
        for (var person = 0; person < people.Rows; person++)
        {
            var items = people.ColumnsOf(person);
            var weights = people.WeightsOf(person);
            var row = new (int, float)[half[person] ? items.Length : 0];
            for (var i = 0; i < row.Length; i++) row[i] = (items[i], weights[i]);
            builder.Add(row);
        }

        return builder.Build();
    }

    /// <summary>For each person how far the model rates their items above all, in standard deviations of what it gives all. No number where nothing can be said.</summary>
    private static double[] Fits(IRecommender model, Interactions people, int threads)
    {
        var fits = new double[people.Rows];
        Parallel.For(0, people.Rows, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new float[people.Width], (person, _, scores) =>
        {
            var items = people.ColumnsOf(person);
            fits[person] = double.NaN;
            if (items.Length < 2) return scores;
            model.Score(items, people.WeightsOf(person), scores);
            fits[person] = Fit(scores, items);
            return scores;
        }, _ => { });
        return fits;
    }

    private static double Fit(float[] scores, ReadOnlySpan<int> items)
    {
        var (mean, square, own) = (0.0, 0.0, 0.0);
        foreach (var s in scores) (mean, square) = (mean + s, square + ((double)s * s));
        foreach (var item in items) own += scores[item];
        mean /= scores.Length;
        var deviation = Math.Sqrt(Math.Max(LeastVariance, (square / scores.Length) - (mean * mean)));
        return ((own / items.Length) - mean) / deviation;
    }

    /// <summary>How much more likely a model's fit is under a normal distribution of the others with the person than of those without.</summary>
    private static double LogRatio(bool[][] halves, double[][] fits, int person, int target)
    {
        var (with, without) = (new List<double>(), new List<double>());
        for (var s = 0; s < fits.Length; s++)
            if (s != target) (halves[s][person] ? with : without).Add(fits[s][person]);
        if (with.Count < 2 || without.Count < 2) return 0;
        // One variance for both, as with few shadow models.
        var (a, b) = (with.Average(), without.Average());
        var variance = Math.Max(LeastVariance, (with.Sum(f => (f - a) * (f - a)) + without.Sum(f => (f - b) * (f - b))) / (with.Count + without.Count - 2));
        var fit = fits[target][person];
        return (((fit - b) * (fit - b)) - ((fit - a) * (fit - a))) / (2 * variance);
    }

    private static double[] Where(double[] fits, bool[] member, bool wanted) => [.. fits.Where((f, person) => member[person] == wanted && double.IsFinite(f))];
}
