using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Arranging;

/// <summary>
/// A named way to order candidates: a weight for each column, and another one for it while somebody is about to buy. A
/// weight may be less than zero: what was seen before steps back.
/// </summary>
public sealed class Ranker
{
    private readonly float[] standard, intent;

    /// <param name="weights">By column.</param>
    /// <param name="whenBuying">Added to them while somebody is about to buy.</param>
    public Ranker(string name, IEnumerable<(Column Column, float Weight)> weights, IEnumerable<(Column Column, float Weight)>? whenBuying = null)
        : this(name, Row(weights), Row([.. weights, .. whenBuying ?? []]))
    {
    }

    private Ranker(string name, float[] standard, float[] intent) => (Name, this.standard, this.intent) = (name, standard, intent);

    public string Name { get; }

    /// <summary>Whether it was learned; its weights are then logged with each decision, which needs nothing else to be made again.</summary>
    public bool IsLearned { get; private init; }

    /// <summary>By column.</summary>
    public ReadOnlySpan<float> Weights(bool buying) => buying ? intent : standard;

    /// <summary>One that was learned.</summary>
    /// <param name="standard">By column.</param>
    /// <param name="intent">In place of them while somebody is about to buy.</param>
    public static Ranker Learned(string name, ReadOnlySpan<float> standard, ReadOnlySpan<float> intent) => new(name, [.. standard], [.. intent]) { IsLearned = true };

    private static float[] Row(IEnumerable<(Column Column, float Weight)> weights)
    {
        var row = new float[Columns.Count];
        foreach (var (column, weight) in weights) row[(int)column] += weight;
        return row;
    }
}
