namespace Personalization.Training.Evaluating;

/// <summary>How models are evaluated; the same for all that are compared.</summary>
/// <param name="Cuts">The lengths at which a list is judged, rising.</param>
/// <param name="Shown">How much of a list counts as shown: for coverage, novelty, popularity, calibration and exposure.</param>
/// <param name="Resamples">How often people are drawn again for an interval.</param>
/// <param name="MostPeople">Of more people so many are drawn, by the seed.</param>
/// <param name="Bins">Into how many parts, as equal as ties allow, scores are divided for the calibration error.</param>
/// <param name="SmallestGroup">A group with less than this share of what people met is shown, but counts for neither gap nor ratio: it would say nothing.</param>
/// <param name="Threads">At once; changes nothing but how long it takes.</param>
public sealed record EvaluationOptions(IReadOnlyList<int> Cuts, int Shown, int Resamples, int MostPeople, int Bins, double SmallestGroup, int Threads)
{
    private const int FewestResamples = 100;

    public static EvaluationOptions Default { get; } = new([1, 5, 10, 20, 50], 20, 1000, 50_000, 10, 0.01, Environment.ProcessorCount);

    internal int Depth => Math.Max(Cuts[^1], Shown);

    /// <summary>What is wrong with them; null where nothing is.</summary>
    internal string? Wrong() => this switch
    {
        _ when Cuts.Count == 0 || Cuts[0] < 1 || Cuts.Zip(Cuts.Skip(1)).Any(c => c.First >= c.Second) => "cuts have to rise from at least 1",
        _ when Shown < 1 || MostPeople < 1 || Bins < 1 || Threads < 1 => "at least 1 is needed of what is shown, people, bins and threads",
        _ when Resamples < FewestResamples => "at least 100 draws are needed for an interval",
        _ when SmallestGroup is not (>= 0 and < 1) => "the smallest group is a share below 1",
        _ => null,
    };
}
