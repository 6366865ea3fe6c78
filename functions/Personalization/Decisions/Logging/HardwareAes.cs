using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Personalization.Decisions.Logging;

/// <summary>
/// AES-128 of one block by the processor's own instructions: the framework's ciphers are made for messages, and for 16 bytes
/// the way there and back takes twenty times as long. FIPS 197, section 5; the instructions do a round each.
/// </summary>
internal sealed class HardwareAes
{
    private const int Rounds = 10;

    private readonly Vector128<byte>[] keys = new Vector128<byte>[Rounds + 1];

    public HardwareAes(ReadOnlySpan<byte> key)
    {
        keys[0] = Vector128.Create(key);
        var constant = 1;
        for (var round = 1; round <= Rounds; round++)
        {
            // The key schedule, a word at a time: each is the one before it and the one a key earlier, the first of each key mixed.
            var mixed = Vector128.Shuffle(Aes.KeygenAssist(keys[round - 1], 0).AsUInt32(), Vector128.Create(3u, 3, 3, 3)) ^ Vector128.Create((uint)constant);
            var words = keys[round - 1].AsUInt32();
            words ^= Vector128.Shuffle(words, Vector128.Create(9u, 0, 1, 2));
            words ^= Vector128.Shuffle(words, Vector128.Create(9u, 9, 0, 1));
            keys[round] = (words ^ mixed).AsByte();
            // Doubling in GF(2^8).
            constant = (constant << 1) ^ (constant >> 7) * 0x11B;
        }
    }

    public static bool IsSupported => Aes.IsSupported && BitConverter.IsLittleEndian;

    public UInt128 Encrypt(UInt128 block)
    {
        var state = Vector128.Create(BinaryPrimitives.ReverseEndianness((ulong)(block >> 64)), BinaryPrimitives.ReverseEndianness((ulong)block)).AsByte() ^ keys[0];
        for (var round = 1; round < Rounds; round++) state = Aes.Encrypt(state, keys[round]);
        var last = Aes.EncryptLast(state, keys[Rounds]).AsUInt64();
        return new(BinaryPrimitives.ReverseEndianness(last[0]), BinaryPrimitives.ReverseEndianness(last[1]));
    }
}
