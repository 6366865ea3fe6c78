using System.Numerics;
using System.Runtime.InteropServices;

namespace Personalization.Profiles;

/// <summary>
/// A checksum of four CRC-32C side by side and one over them. A processor starts one step of a CRC per cycle but needs three
/// to finish it, so four independent ones take little longer than one over a quarter of the bytes.
/// </summary>
internal static class Lanes
{
    public static uint Checksum(ReadOnlySpan<byte> bytes, uint seed)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var (a, b, c, d, i) = (seed, seed + 1, seed + 2, seed + 3, 0);
        for (; i + 4 <= words.Length; i += 4)
        {
            a = BitOperations.Crc32C(a, words[i]);
            b = BitOperations.Crc32C(b, words[i + 1]);
            c = BitOperations.Crc32C(c, words[i + 2]);
            d = BitOperations.Crc32C(d, words[i + 3]);
        }

        for (; i < words.Length; i++) a = BitOperations.Crc32C(a, words[i]);
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..]) b = BitOperations.Crc32C(b, rest);
        return BitOperations.Crc32C(BitOperations.Crc32C(a, b), ((ulong)c << 32) | d);
    }
}
