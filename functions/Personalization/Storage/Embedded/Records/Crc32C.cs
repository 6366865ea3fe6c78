using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Personalization.Storage.Embedded;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720 appendix B.4). The framework uses the processor's instruction where there is one and a
/// table otherwise.
/// </summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var crc = ~seed;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var rest in bytes[(bytes.Length & ~7)..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
