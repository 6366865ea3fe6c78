namespace Personalization.Training.Ordering;

/// <summary>What became of learning to order for an engine.</summary>
/// <param name="Engine">Which.</param>
/// <param name="Choices">Things that people chose from others beside them.</param>
/// <param name="People">How many did.</param>
/// <param name="Chance">How much chance there was in the decisions.</param>
/// <param name="Became">The learned ranker's name, or why there is none.</param>
/// <param name="Gain">How much better it foretells choices it has not learned from than the standard ranker; null where that was not measured.</param>
/// <param name="Low">Between this and <paramref name="High"/> the gain is with 95 per cent.</param>
public sealed record RankerFinding(string Engine, int Choices, int People, double Chance, string Became, double? Gain = null, double? Low = null, double? High = null);
