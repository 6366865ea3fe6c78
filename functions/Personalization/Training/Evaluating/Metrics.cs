using System.Globalization;

namespace Personalization.Training.Evaluating;

/// <summary>What the figures of a report are called.</summary>
public static class Metrics
{
    /// <summary>The share of items that is shown to anybody.</summary>
    public const string Coverage = "coverage";

    /// <summary>The mean of -log2 of the share of people who met what is shown.</summary>
    public const string Novelty = "novelty";

    /// <summary>The mean percentile, from 0 to 1, of what is shown among all items by how many people met them.</summary>
    public const string Popularity = "popularity";

    /// <summary>The same less that of what the person met: above 0, what is shown is more popular than what they choose.</summary>
    public const string PopularityBias = "popularityBias";

    /// <summary>The expected difference between what a score promises and what comes of it.</summary>
    public const string CalibrationError = "calibrationError";

    /// <summary>The largest difference between a group's share of exposure and its share of what people met, of groups of any kind.</summary>
    public const string ExposureGap = "exposureGap";

    /// <summary>The exposure of the group that has the least for what it is met, to that of the group that has the most.</summary>
    public const string ExposureRatio = "exposureRatio";

    /// <summary>The same among groups of one kind, where there are several.</summary>
    public static string ExposureGapBy(string kind) => $"{ExposureGap}:{kind}";

    public static string Recall(int k) => At("recall", k);

    public static string Ndcg(int k) => At("ndcg", k);

    public static string Map(int k) => At("map", k);

    public static string HitRate(int k) => At("hitRate", k);

    /// <summary>1 where more is better, -1 where less is, 0 where it depends on what is wanted.</summary>
    public static int Direction(string metric) => metric switch
    {
        Novelty or Popularity or PopularityBias => 0,
        CalibrationError => -1,
        _ when metric.StartsWith(ExposureGap, StringComparison.Ordinal) => -1,
        _ => 1,
    };

    private static string At(string name, int k) => string.Create(CultureInfo.InvariantCulture, $"{name}@{k}");
}
