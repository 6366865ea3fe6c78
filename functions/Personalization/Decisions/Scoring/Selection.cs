using System.Numerics;

namespace Personalization.Decisions.Scoring;

/// <summary>Brings the lowest keys to the front without sorting: Hoare's selection, expected time linear in the keys.</summary>
internal static class Selection
{
    private const int Few = 16;

    /// <summary>Afterwards the first <paramref name="keep"/> keys are the lowest, and the last of these is the highest among them.</summary>
    public static void Lowest(Span<ulong> keys, int keep)
    {
        // Where no good middle is found, sorting keeps the worst case bounded.
        for (var rounds = 2 * (BitOperations.Log2((uint)keys.Length) + 1); keys.Length > Few && rounds > 0; rounds--)
        {
            var right = Split(keys);
            if (keep <= right) keys = keys[..right];
            else
            {
                keys = keys[right..];
                keep -= right;
            }
        }
        keys.Sort();
    }

    /// <summary>No key left of the returned place is higher than any from there on; neither side is empty.</summary>
    private static int Split(Span<ulong> keys)
    {
        var middle = Median(keys[0], keys[keys.Length / 2], keys[^1]);
        var (left, right) = (0, keys.Length - 1);
        while (true)
        {
            while (keys[left] < middle) left++;
            while (keys[right] > middle) right--;
            if (left >= right) return left;
            (keys[left], keys[right]) = (keys[right], keys[left]);
            left++;
            right--;
        }
    }

    private static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
