namespace Personalization.Models.Registry;

/// <summary>What a model has to show before people get it.</summary>
/// <param name="Metrics">Metrics of quality; more is better.</param>
/// <param name="Tolerance">How much worse than the champion's each may be, as a share of the champion's.</param>
/// <param name="Floor">Least value of each where there is no champion to compare with.</param>
/// <param name="Coverage">Least share of the items that is ever shown.</param>
/// <param name="Calibration">Largest calibration error.</param>
/// <param name="Fairness">Largest gap between groups.</param>
public sealed record GateOptions(IReadOnlyList<string> Metrics, double Tolerance, double Floor, double Coverage, double Calibration, double Fairness)
{
    public static GateOptions Read(Settings s) => new(
        Names(s, s.Text("Models:GateMetrics", "ndcg@10,recall@20", "metrics of quality that a model is promoted by; comma-separated")!),
        s.Double("Models:GateTolerance", 0.01, 0, 1, "how much worse than the champion's each of them may be, as a share of the champion's"),
        s.Double("Models:GateFloor", 0.001, 0, 1, "least value of each of them while there is no champion to compare with"),
        s.Double("Models:GateCoverage", 0.01, 0, 1, "least coverage of a model that is promoted"),
        s.Double("Models:GateCalibration", 0.1, 0, 1, "largest calibration error of a model that is promoted"),
        s.Double("Models:GateFairness", 0.3, 0, 1, "largest fairness gap of a model that is promoted"));

    private static string[] Names(Settings s, string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0) s.Refuse("Models__GateMetrics must name at least one metric: a model is promoted on evidence.");
        return names;
    }
}
