using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Personalization.Decisions.Scoring;

/// <summary>Gives a few items their exact scores, to the bit those of <see cref="TileScores"/>: same order, same fused steps.</summary>
internal static class Rescoring
{
    /// <summary>Four at a time: each item's sum waits for its last step, four of them wait together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exactly(ItemFactors items, ReadOnlySpan<float> person, Span<ulong> keys)
    {
        ref var values = ref MemoryMarshal.GetReference(items.Values);
        var last = keys.Length - 1;
        for (var i = 0; i <= last; i += 4)
        {
            // Past the end the last is scored again, which changes nothing.
            var (p, q, r, s) = (Place(keys, i), Place(keys, Math.Min(i + 1, last)), Place(keys, Math.Min(i + 2, last)), Place(keys, Math.Min(i + 3, last)));
            ref var w = ref Unsafe.Add(ref values, items.Start(p));
            ref var x = ref Unsafe.Add(ref values, items.Start(q));
            ref var y = ref Unsafe.Add(ref values, items.Start(r));
            ref var z = ref Unsafe.Add(ref values, items.Start(s));
            var (a, b, c, d) = (0f, 0f, 0f, 0f);
            for (var (j, at) = (0, (nuint)0); j < person.Length; j++, at += Tile.Items)
            {
                a = MathF.FusedMultiplyAdd(person[j], Unsafe.Add(ref w, at), a);
                b = MathF.FusedMultiplyAdd(person[j], Unsafe.Add(ref x, at), b);
                c = MathF.FusedMultiplyAdd(person[j], Unsafe.Add(ref y, at), c);
                d = MathF.FusedMultiplyAdd(person[j], Unsafe.Add(ref z, at), d);
            }
            keys[i] = RankKey.Of(a, p);
            keys[Math.Min(i + 1, last)] = RankKey.Of(b, q);
            keys[Math.Min(i + 2, last)] = RankKey.Of(c, r);
            keys[Math.Min(i + 3, last)] = RankKey.Of(d, s);
        }
    }

    private static int Place(Span<ulong> keys, int i) => RankKey.Place(keys[i]);
}
