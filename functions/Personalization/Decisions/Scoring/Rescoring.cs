using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Personalization.Decisions.Scoring;

/// <summary>Gives a few items their exact scores, to the bit those of <see cref="TileScores"/>: same order, same fused steps.</summary>
internal static class Rescoring
{
    /// <summary>Four at a time: each item's sum waits for its last step, four of them wait together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exactly(CompactFactors items, ReadOnlySpan<float> person, Span<ulong> keys)
    {
        for (; keys.Length >= 4; keys = keys[4..]) Four(items, person, keys[..4]);
        // Those left over once more with themselves, which changes nothing.
        if (keys.IsEmpty) return;
        Span<ulong> four = [keys[0], keys[^1], keys[keys.Length / 2], keys[0]];
        Four(items, person, four);
        (keys[0], keys[keys.Length / 2]) = (four[0], four[2]);
        keys[^1] = four[1];
    }

    private static void Four(CompactFactors items, ReadOnlySpan<float> person, Span<ulong> keys)
    {
        ref var w = ref Start(items, keys[0]);
        ref var x = ref Start(items, keys[1]);
        ref var y = ref Start(items, keys[2]);
        ref var z = ref Start(items, keys[3]);
        var (a, b, c, d) = (0f, 0f, 0f, 0f);
        for (var i = 0; i < person.Length; i++)
        {
            a = MathF.FusedMultiplyAdd(person[i], Unsafe.Add(ref w, i), a);
            b = MathF.FusedMultiplyAdd(person[i], Unsafe.Add(ref x, i), b);
            c = MathF.FusedMultiplyAdd(person[i], Unsafe.Add(ref y, i), c);
            d = MathF.FusedMultiplyAdd(person[i], Unsafe.Add(ref z, i), d);
        }
        keys[0] = RankKey.Of(a, RankKey.Place(keys[0]));
        keys[1] = RankKey.Of(b, RankKey.Place(keys[1]));
        keys[2] = RankKey.Of(c, RankKey.Place(keys[2]));
        keys[3] = RankKey.Of(d, RankKey.Place(keys[3]));
    }

    private static ref float Start(CompactFactors items, ulong key) => ref MemoryMarshal.GetReference(items.Row(RankKey.Place(key)));
}
