using Personalization.Decisions.Scoring;

namespace Personalization.Models;

/// <summary>What the items somebody met say of others. Reused; room is made once for the largest model there was.</summary>
internal sealed class NearScores
{
    private float[] sums = [];
    private int[] touched = [];
    private ulong[] keys = [];
    private ulong[] marks = [];
    private int count;

    public float this[int place] => sums[place] is var sum && sum == float.Epsilon ? 0 : sum;

    /// <summary>The places of which anything was said.</summary>
    public ReadOnlySpan<int> Touched => touched.AsSpan(0, count);

    /// <summary>The same, a bit each.</summary>
    public ReadOnlySpan<ulong> Marks => marks;

    /// <summary>Room for a key of each place.</summary>
    public Span<ulong> Room => keys;

    public void Begin(Neighbourhood near, ReadOnlySpan<int> met, ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < count; i++) (sums[touched[i]], marks[touched[i] / 64]) = (0, 0);
        count = 0;
        if (sums.Length < near.Items)
            (sums, touched, keys, marks) = (new float[near.Items], new int[near.Items], new ulong[near.Items], new ulong[(near.Items + Tile.Items - 1) / Tile.Items * Tile.Items / 64]);
        for (var i = 0; i < met.Length; i++)
        {
            var others = near.OthersOf(met[i]);
            var strengths = near.StrengthsOf(met[i]);
            var value = near.Value(weights[i]);
            for (var at = 0; at < others.Length; at++)
            {
                ref var sum = ref sums[others[at]];
                if (sum == 0)
                {
                    touched[count++] = others[at];
                    marks[others[at] / 64] |= 1UL << (others[at] % 64);
                }

                sum += value * strengths[at];
                // What comes to exactly nothing must not be noted twice.
                if (sum == 0) sum = float.Epsilon;
            }
        }
    }

    /// <summary>The places most spoken for, best first; says how many.</summary>
    public int Best(Span<Ranked> into)
    {
        var found = 0;
        for (var i = 0; i < count; i++)
            if (sums[touched[i]] is var score && score > float.Epsilon && float.IsFinite(score)) keys[found++] = ((ulong)~BitConverter.SingleToUInt32Bits(score) << 32) | (uint)touched[i];
        if (found > into.Length) Selection.Lowest(keys.AsSpan(0, found), into.Length);
        var best = keys.AsSpan(0, Math.Min(found, into.Length));
        best.Sort();
        for (var i = 0; i < best.Length; i++) into[i] = new((int)(uint)best[i], sums[(int)(uint)best[i]]);
        return best.Length;
    }
}
