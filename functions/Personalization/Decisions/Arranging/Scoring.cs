using System.Numerics;
using System.Runtime.InteropServices;
using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Arranging;

/// <summary>
/// Each candidate's score: the sum of its columns by weight, in the order of the columns, multiplied and then added. Several
/// candidates side by side but never a fused step, so that every machine comes to the same bits.
/// </summary>
internal static class Scoring
{
    public static void Score(Pool pool, ReadOnlySpan<float> weights, Span<float> scores)
    {
        scores = scores[..pool.Count];
        scores.Clear();
        for (var bits = pool.Filled; bits != 0; bits &= bits - 1)
        {
            var column = BitOperations.TrailingZeroCount(bits);
            if (weights[column] != 0) Add(pool.Of((Column)column), weights[column], scores);
        }
    }

    private static void Add(ReadOnlySpan<float> values, float weight, Span<float> scores)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(values);
        var into = MemoryMarshal.Cast<float, Vector<float>>(scores);
        var by = new Vector<float>(weight);
        for (var i = 0; i < into.Length; i++) into[i] += wide[i] * by;
        for (var i = into.Length * Vector<float>.Count; i < scores.Length; i++) scores[i] += values[i] * weight;
    }
}
