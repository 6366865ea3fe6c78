namespace Personalization.Training.Evaluating;

/// <summary>What an evaluation found, to be kept with a model. Says nothing about anybody in particular.</summary>
/// <param name="Asked"><c>newItems</c> or <c>allItems</c>: <see cref="Evaluating.Asked"/>.</param>
/// <param name="People">How many there are to learn from, with at least one item.</param>
/// <param name="Items">How many of them were met by anybody.</param>
/// <param name="Pairs">How many pairs of a person and an item were learned from.</param>
/// <param name="Tested">How many people were asked for.</param>
/// <param name="Wanted">How many pairs had to be found for them.</param>
/// <param name="Shown">How many items count as shown to each.</param>
/// <param name="GroupKinds">What <see cref="ContenderReport.Groups"/> are, such as categories; none where nothing is known.</param>
/// <param name="SmallestGroup">The share of what people met below which a group counts for neither gap nor ratio.</param>
/// <param name="Contenders">What was evaluated; the first one is what it is about, and the others are what it is compared with.</param>
public sealed record EvaluationReport(
    string Asked, int People, int Items, int Pairs, int Tested, int Wanted, IReadOnlyList<int> Cuts, int Shown, ulong Seed, int Resamples,
    IReadOnlyList<string> GroupKinds, double SmallestGroup, IReadOnlyList<ContenderReport> Contenders)
{
    /// <summary>How sure intervals are.</summary>
    public const double Level = 0.95;
}

/// <param name="NoNumbers">For how many people it gave a score that is no number. Such items are not listed.</param>
/// <param name="Against">How far it is above each of the others that were evaluated; for the first only.</param>
/// <param name="Calibration">What its scores promised and what came of it; null where they promise nothing.</param>
public sealed record ContenderReport(
    string Name, int NoNumbers, IReadOnlyList<Figure> Figures, IReadOnlyList<Comparison> Against, IReadOnlyList<CalibrationBin>? Calibration,
    IReadOnlyList<GroupExposure>? Groups)
{
    /// <summary>A metric such as <c>recall@20</c>; null where there is none of that name, which is no evidence for anything.</summary>
    public Figure? this[string metric] => Figures.FirstOrDefault(f => f.Metric == metric);
}

/// <summary>A metric with its interval over people. What could not be computed is absent, and <see cref="Why"/> says why.</summary>
public sealed record Figure(string Metric, double? Value, double? Low, double? High, string? Why = null);

/// <summary>The differences to another, each with the interval of the difference: clear of 0 only where one is better than the other.</summary>
public sealed record Comparison(string To, IReadOnlyList<Figure> Differences)
{
    public Figure? this[string metric] => Differences.FirstOrDefault(f => f.Metric == metric);
}

/// <param name="Promised">The mean of the scores.</param>
/// <param name="Came">The share of hits.</param>
public sealed record CalibrationBin(double Promised, double Came, int Count);

/// <param name="Kind">Which of <see cref="EvaluationReport.GroupKinds"/> it is; shares are of all of the same kind.</param>
/// <param name="Shown">Its share of what was shown, discounted by position.</param>
/// <param name="Met">Its share of what the same people met.</param>
/// <param name="Counts">Whether it is large enough to count for gap and ratio.</param>
public sealed record GroupExposure(string Kind, string Name, double Shown, double Met, bool Counts);
