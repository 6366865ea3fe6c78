using System.Text.Json.Serialization;
using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Arranging;

/// <summary>What an engine orders by that was learned from what came of its decisions, and what is known of it.</summary>
/// <param name="Engine">Whose.</param>
/// <param name="Name">Begins with <c>learned-</c>; logged decisions name it.</param>
/// <param name="Weights">By what columns are called.</param>
/// <param name="WhenBuying">In place of them while somebody is about to buy.</param>
/// <param name="Learned">What it was learned from and how well it does.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LearnedRanker(string Engine, string Name, IReadOnlyDictionary<string, float> Weights, IReadOnlyDictionary<string, float> WhenBuying, LearnedFrom Learned)
{
    private const string Prefix = "learned-";
    private const int MaxName = 64;

    /// <summary>Far above what is ever learned; what is larger would make nonsense of every score.</summary>
    private const float MaxWeight = 1000;

    /// <summary>The name of what was learned at a moment.</summary>
    public static string NameAt(DateTimeOffset at) => Prefix + at.UtcDateTime.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture);

    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    internal Ranker Compiled() => Ranker.Learned(Name, Row(Weights), Row(WhenBuying));

    internal bool IsWhole() => this is { Engine: not null, Name.Length: <= MaxName, Weights: not null, WhenBuying: not null, Learned: not null } && IsName(Name) && Are(Weights) && Are(WhenBuying);

    private static bool Are(IReadOnlyDictionary<string, float> weights) => weights.All(w => Columns.Names.Contains(w.Key, StringComparer.Ordinal) && Math.Abs(w.Value) <= MaxWeight);

    private static float[] Row(IReadOnlyDictionary<string, float> weights) => [.. Columns.Names.Select(n => weights.GetValueOrDefault(n))];
}

/// <param name="Choices">Things that were chosen from others beside them.</param>
/// <param name="People">By how many people.</param>
/// <param name="Gain">How much better it foretells what is chosen than the standard ranker does: the mean difference of log-likelihoods over choices it had not learned from.</param>
/// <param name="Low">Between this and <paramref name="High"/> the gain is with 95 per cent.</param>
public sealed record LearnedFrom(int Choices, int People, double Gain, double Low, double High);
