namespace Personalization.Training.Evaluating.Page;

/// <summary>Which figures of a report are drawn, and what they are called there.</summary>
internal static class Panels
{
    public static IReadOnlyList<(string Title, Func<int, string> Name)> Families { get; } =
        [("Recall", Metrics.Recall), ("NDCG", Metrics.Ndcg), ("MAP", Metrics.Map), ("Hit rate", Metrics.HitRate)];

    /// <summary>The metric that says at the top of the page which is better.</summary>
    public static string Headline(EvaluationReport r) => Metrics.Ndcg(Near(r, 10));

    public static IEnumerable<(string Metric, string Title, string Note)> Of(EvaluationReport r)
    {
        yield return (Metrics.Recall(Near(r, 20)), $"Recall at {Near(r, 20)}", "Share of what had to be found that is listed. More is better.");
        yield return (Headline(r), $"NDCG at {Near(r, 10)}", "How far up it is listed. More is better.");
        yield return (Metrics.Map(Near(r, 10)), $"MAP at {Near(r, 10)}", "Precision at each hit. More is better.");
        yield return (Metrics.HitRate(Near(r, 20)), $"Hit rate at {Near(r, 20)}", "Share of people for whom anything was found. More is better.");
        yield return (Metrics.Coverage, "Coverage", "Share of all items that anybody is shown. More is better.");
        yield return (Metrics.Novelty, "Novelty", "How few people met what is shown, in bits.");
        yield return (Metrics.Popularity, "Popularity", "Mean percentile of what is shown among all items.");
        yield return (Metrics.PopularityBias, "Popularity bias", "The same less that of what people met themselves. Above 0: more popular than what they choose.");
        yield return (Metrics.CalibrationError, "Calibration error", "How far scores are from what came of them. Less is better.");
        yield return (Metrics.ExposureGap, "Largest exposure gap", "Between a group's shares of what is shown and of what is met. Less is better.");
        yield return (Metrics.ExposureRatio, "Least to most exposed", "Exposure of groups for what they are met. 1 is even, more is better.");
    }

    /// <summary>The longest cut that is not above the usual one.</summary>
    private static int Near(EvaluationReport r, int usual) => r.Cuts.LastOrDefault(k => k <= usual, r.Cuts[0]);
}
