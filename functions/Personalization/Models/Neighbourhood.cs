namespace Personalization.Models;

/// <summary>For each item of a model, by place: the items that it speaks for or against, rising, and how strongly. Immutable.</summary>
public sealed class Neighbourhood
{
    public static readonly Neighbourhood None = new([0], [], [], 0);

    private readonly int[] starts;
    private readonly int[] others;
    private readonly float[] strengths;

    private Neighbourhood(int[] starts, int[] others, float[] strengths, float slope) => (this.starts, this.others, this.strengths, Slope) = (starts, others, strengths, slope);

    /// <summary>How many items there are; 0 for none at all.</summary>
    public int Items => starts.Length - 1;

    public int Count => others.Length;

    /// <summary>An item met with weight w counts as 1 + slope · ln(1 + w).</summary>
    public float Slope { get; }

    public ReadOnlySpan<int> Starts => starts;

    public ReadOnlySpan<int> Others => others;

    public ReadOnlySpan<float> Strengths => strengths;

    /// <param name="starts">Where each item's others begin, and at last where all end.</param>
    /// <exception cref="ArgumentException">It does not hang together, or a strength is not finite.</exception>
    public static Neighbourhood Of(ReadOnlySpan<int> starts, ReadOnlySpan<int> others, ReadOnlySpan<float> strengths, float slope)
    {
        var whole = starts.Length > 0 && starts[0] == 0 && starts[^1] == others.Length && others.Length == strengths.Length && slope >= 0 && float.IsFinite(slope);
        for (var i = 1; whole && i < starts.Length; i++) whole = starts[i] >= starts[i - 1];
        for (var i = 0; whole && i < others.Length; i++) whole = others[i] >= 0 && others[i] < starts.Length - 1 && float.IsFinite(strengths[i]);
        return whole ? new(starts.ToArray(), others.ToArray(), strengths.ToArray(), slope) : throw new ArgumentException("not neighbours of these items", nameof(starts));
    }

    public ReadOnlySpan<int> OthersOf(int place) => others.AsSpan(starts[place]..starts[place + 1]);

    public ReadOnlySpan<float> StrengthsOf(int place) => strengths.AsSpan(starts[place]..starts[place + 1]);

    public float Value(float weight) => (float)(1 + (Slope * Math.Log(1 + weight)));
}
