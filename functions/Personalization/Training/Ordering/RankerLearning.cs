using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Training.Evaluating;
using Personalization.Training.Ranking;

namespace Personalization.Training.Ordering;

/// <summary>
/// Learns an engine's weights from choices, together with how much less is chosen further down. Takes them only where they foretell the
/// newest choices, which they were not learned from, better than the standard ranker does, and that is no accident.
/// </summary>
/// <remarks>
/// A choice from a list is as likely as e to the score of the chosen, less η·ln of its place, is among the same of all in the list. That
/// the list was made by another ranking does not matter: the likelihood is that of the choice given the list. To tell the pull of a
/// place from merit there must be items that came to places by chance; the logged propensities say how much of that there was.
/// </remarks>
internal static class RankerLearning
{
    private const int Resamples = 1000;

    /// <summary>The newest part of the choices, which is judged by.</summary>
    private const int HeldOut = 5;

    public static (RankerFinding Finding, LearnedRanker? Ranker) Run(DecisionEngine engine, IReadOnlyList<LoggedChoice> choices, DateTimeOffset at, LoggedOptions options, ulong seed, CancellationToken stop)
    {
        var finding = new RankerFinding(DecisionNames.Of(engine), choices.Count, choices.Select(c => c.Person).Distinct().Count(), Math.Round(choices.Sum(c => c.Chance), 1), "");
        if (TooFew(finding, options) is { } why) return (finding with { Became = why }, null);
        var cut = choices.Count - (choices.Count / HeldOut);
        Choice[] early = [.. choices.Take(cut).Select(c => c.Choice)];
        var late = choices.Skip(cut).GroupBy(c => c.Person).OrderBy(g => g.Key).ToList();
        if (late.Count < options.FewestJudges) return (finding with { Became = $"the standard ranker: the newest fifth of the choices, which are judged by, is of {late.Count} people, and {options.FewestJudges} are needed" }, null);
        var (gain, low, high) = Gain(late, LinearRanking.Learn(early, LoggedTerms.Count, stop), Alone(early, stop), seed, stop);
        finding = finding with { Gain = gain, Low = low, High = high };
        if (!(low > 0)) return (finding with { Became = "the standard ranker: what was learned is not clearly better" }, null);
        Choice[] all = [.. choices.Select(c => c.Choice)];
        var ranker = Made(engine, at, all, LinearRanking.Learn(all, LoggedTerms.Count, stop), new(finding.Choices, finding.People, gain, low, high));
        if (ranker is null) return (finding with { Became = "the standard ranker: what was learned tells nothing apart" }, null);
        // A column that hardly differs may get a weight that would decide everything where it differs once.
        return ranker.IsWhole() ? (finding with { Became = ranker.Name }, ranker) : (finding with { Became = "the standard ranker: what was learned hangs on a column that is nearly the same everywhere" }, null);
    }

    private static string? TooFew(RankerFinding f, LoggedOptions options)
    {
        if (f.Choices < options.Fewest) return $"the standard ranker: {options.Fewest} choices are needed (Training__RankingFewest), each an event of type click or add_to_cart that names its decision";
        if (f.People < options.FewestPeople) return $"the standard ranker: choices of {options.FewestPeople} people are needed";
        if (f.Chance < options.LeastChance) return $"the standard ranker: a chance of {options.LeastChance} is needed; with {(f.Engine == DecisionNames.Of(DecisionEngine.Search) ? "Search__Explore" : "Decisions__Explore")} above 0 some places are filled by chance";
        return null;
    }

    /// <summary>The standard ranker with the pull of places that suits it best, and as sure of itself as suits best.</summary>
    private static double[] Alone(IReadOnlyList<Choice> choices, CancellationToken stop)
    {
        static float[] Few(float[] terms) => terms[LoggedTerms.Standard..];
        var learned = LinearRanking.Learn([.. choices.Select(c => new Choice(Few(c.Chosen), [.. c.Others.Select(Few)], c.Weight))], LoggedTerms.Count - LoggedTerms.Standard, stop);
        return [.. new double[LoggedTerms.Standard], .. learned];
    }

    /// <summary>How much better one foretells than the other, for each choice, with the interval over people.</summary>
    private static (double Gain, double Low, double High) Gain(List<IGrouping<UInt128, LoggedChoice>> people, double[] learned, double[] standard, ulong seed, CancellationToken stop)
    {
        double[] gains = [.. people.Select(p => p.Sum(c => c.Choice.Weight * (LinearRanking.Likelihood(c.Choice, learned) - LinearRanking.Likelihood(c.Choice, standard))))];
        double[] weights = [.. people.Select(p => p.Sum(c => c.Choice.Weight))];
        var mean = new Measure(["gain"], (times, figures) => figures[0] = Measure.Dot(times, gains) / Measure.Dot(times, weights));
        var drawn = Resampling.Run([mean], people.Count, Resamples, seed, new ParallelOptions { MaxDegreeOfParallelism = 1, CancellationToken = stop });
        return drawn.Interval(0) is var (low, high) ? (drawn.Values[0], low, high) : (drawn.Values[0], double.NegativeInfinity, double.PositiveInfinity);
    }

    /// <summary>Scores as far apart as the standard ranker's, so that what rules add to them counts as much as before. Null where they are all alike.</summary>
    private static LearnedRanker? Made(DecisionEngine engine, DateTimeOffset at, IReadOnlyList<Choice> choices, double[] learned, LearnedFrom from)
    {
        var standard = Rankers.Standard(engine);
        var scale = Spread(choices, t => t[LoggedTerms.Standard]) / Spread(choices, t => Enumerable.Range(0, LoggedTerms.Place).Sum(i => learned[i] * t[i]));
        if (!double.IsFinite(scale) || scale == 0) return null;
        Dictionary<string, float> Weights(bool buying) => Enumerable.Range(0, Columns.Count)
            .Select(c => (Columns.Names[c], Weight: (float)(scale * (learned[c] + (learned[LoggedTerms.Standard] * standard.Weights(buying)[c])))))
            .Where(w => w.Weight != 0).ToDictionary(StringComparer.Ordinal);
        return new(DecisionNames.Of(engine), LearnedRanker.NameAt(at), Weights(false), Weights(true), from);
    }

    /// <summary>How far apart the scores of what stood together are, on average.</summary>
    private static double Spread(IReadOnlyList<Choice> choices, Func<float[], double> score) => choices.Average(c =>
    {
        double[] scores = [score(c.Chosen), .. c.Others.Select(score)];
        var mean = scores.Average();
        return Math.Sqrt(scores.Average(s => (s - mean) * (s - mean)));
    });
}
