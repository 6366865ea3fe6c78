using Personalization.Models.Registry;

namespace Personalization.Tests.Models;

/// <summary>What training says of a model, as a test has it.</summary>
internal static class Cards
{
    public static ModelFacts Facts(params IReadOnlyList<CardMetric> metrics) => new(
        new(Learn.At.AddDays(-30), Learn.At, 1000, 40, 5000), 7, "1.0.0", "als", new Dictionary<string, string> { ["dimensions"] = "8" }, metrics, "training", "what to show", "new items are not in it");

    public static ModelFacts Good(double ndcg = 0.1) => Facts(Metrics(ndcg));

    public static CardMetric[] Metrics(double ndcg = 0.1) => [new("ndcg@10", ndcg, null, 0.09, 0.11), new("recall@20", 0.2), new("coverage", 0.5), new("calibration", 0.02), new("fairness-gap", 0.1)];

    public static CardMetric[] With(this CardMetric[] metrics, string name, double? value, string? why = null) => [.. metrics.Where(m => m.Name != name), new(name, value, why)];

    public static CardMetric[] Without(this CardMetric[] metrics, string name) => [.. metrics.Where(m => m.Name != name)];

    public static ModelCard Card(string model, ModelFacts facts) => new(model, Learn.At, "00", "PFMODEL1", Learn.At, 8, facts);
}
