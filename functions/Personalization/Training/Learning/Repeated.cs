namespace Personalization.Training.Learning;

/// <summary>
/// What the person met most often, then what most people met. Where people come back for the same things no learned model is
/// better than this by itself.
/// </summary>
public sealed class Repeated : IRecommender
{
    private readonly float[] shares;

    private Repeated(float[] shares) => this.shares = shares;

    public string Name => "repeat";

    public static Repeated Learn(Interactions people)
    {
        var counts = new float[people.Width];
        Counted.Learn(people).Score([], [], counts);
        var most = counts.Length > 0 ? counts.Max() : 0;
        for (var item = 0; item < counts.Length; item++) counts[item] /= most + 1;
        return new(counts);
    }

    /// <summary>What was met ranks above what was not, however little it weighs.</summary>
    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        shares.CopyTo(scores);
        for (var i = 0; i < items.Length; i++) scores[items[i]] = 1 + Math.Min(weights[i], float.MaxValue / 4) + shares[items[i]];
    }
}
