using System.Globalization;

namespace Personalization.Models.Registry;

/// <summary>Whether a model may be given to people, by what evaluation measured. What was not measured is a refusal.</summary>
public static class Gates
{
    public const string Coverage = "coverage";
    public const string Calibration = "calibration";
    public const string Fairness = "fairness-gap";

    /// <summary>Why not; nothing where it may.</summary>
    /// <param name="candidate">The model.</param>
    /// <param name="champion">The card of the one it would take the place of; null where none is or it has no card.</param>
    /// <param name="options">What is asked of it.</param>
    public static IReadOnlyList<Refusal> Judge(ModelCard candidate, ModelCard? champion, GateOptions options)
    {
        var facts = candidate.Facts;
        if (facts.Metrics.Count == 0) return [new("evaluation", "was never done; evaluate the model and register it with its metrics under a new name")];
        var standard = Standard(facts, champion);
        var refusals = new List<Refusal>();
        foreach (var name in options.Metrics) Add(refusals, facts.Metrics, name, value => Least(value, Of(standard, name), champion?.Model, options));
        Add(refusals, facts.Metrics, Coverage, value => value < options.Coverage ? $"is {Text(value)}, {Text(options.Coverage - value)} below the least that is allowed, {Text(options.Coverage)}" : null);
        Add(refusals, facts.Metrics, Calibration, value => Most(value, options.Calibration));
        Add(refusals, facts.Metrics, Fairness, value => Most(value, options.Fairness));
        return refusals;
    }

    /// <summary>What the champion's metrics count as; none where it is nothing to compare with.</summary>
    private static IReadOnlyList<CardMetric> Standard(ModelFacts facts, ModelCard? champion)
    {
        if (champion is null) return [];
        // What was measured on the same data says more than what was measured then.
        if (facts.Against is { } against && against.Model == champion.Model) return against.Metrics;
        if (facts.Epsilon is null) return champion.Facts.Metrics;
        // Privacy costs quality: beside a model without it no private one would ever be promoted. Beside another private one, other data
        // and other noise would let only the luckiest draw stay; so the lower end of what it was found to be worth counts.
        return champion.Facts.Epsilon is null ? [] : [.. champion.Facts.Metrics.Select(m => m with { Value = m.Low ?? m.Value })];
    }

    private static void Add(List<Refusal> refusals, IReadOnlyList<CardMetric> metrics, string name, Func<double, string?> judge)
    {
        var reason = metrics.FirstOrDefault(m => m.Name == name) switch
        {
            null => "was not measured; evaluate the model with it and register it under a new name",
            { Value: { } value } when double.IsFinite(value) => judge(value),
            var none => "has no value" + (none.Why is { } why ? $" ({why})" : ""),
        };
        if (reason is not null) refusals.Add(new(name, reason));
    }

    private static string? Least(double value, double? champion, string? name, GateOptions options)
    {
        if (champion is not { } standard) return value < options.Floor ? $"is {Text(value)}, below the least that is allowed without a champion to compare with, {Text(options.Floor)}" : null;
        var allowed = Math.Abs(standard) * options.Tolerance;
        return value < standard - allowed ? $"is {Text(value)}, {Text(standard - value)} below the champion's {Text(standard)} ({name}); at most {Text(allowed)} is allowed" : null;
    }

    private static string? Most(double value, double most) => Math.Abs(value) > most ? $"is {Text(value)}, {Text(Math.Abs(value) - most)} above the most that is allowed, {Text(most)}" : null;

    private static double? Of(IReadOnlyList<CardMetric> metrics, string name) => metrics.FirstOrDefault(m => m.Name == name)?.Value is { } value && double.IsFinite(value) ? value : null;

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <param name="Gate">Which metric, or evaluation as a whole.</param>
/// <param name="Reason">What is wrong with it and by how much.</param>
public sealed record Refusal(string Gate, string Reason);
