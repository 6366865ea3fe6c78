using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Personalization;

/// <summary>
/// SipHash-2-4: a hash under a 128-bit key, about 20 ns for a short text and without allocation. Who does not have the
/// key can neither compute nor collide it. Names of items and terms use a fixed key, because everyone may know those.
/// </summary>
public readonly record struct KeyedHash(ulong K0, ulong K1)
{
    public static KeyedHash From(ReadOnlySpan<byte> key) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));

    // Records print their members; these are keys.
    public override string ToString() => nameof(KeyedHash);

    public ulong Of(ReadOnlySpan<byte> text)
    {
        var state = new State(K0, K1, wide: false);
        return state.Run(text);
    }

    /// <summary>128 bits, for where a collision would mistake one person for another.</summary>
    public UInt128 WideOf(ReadOnlySpan<byte> text)
    {
        var state = new State(K0, K1, wide: true);
        var low = state.Run(text);
        return new UInt128(state.More(), low);
    }

    private ref struct State
    {
        private readonly bool wide;
        private ulong v0, v1, v2, v3;

        public State(ulong k0, ulong k1, bool wide)
        {
            this.wide = wide;
            v0 = k0 ^ 0x736f6d6570736575;
            v1 = k1 ^ 0x646f72616e646f6d ^ (wide ? 0xeeUL : 0);
            v2 = k0 ^ 0x6c7967656e657261;
            v3 = k1 ^ 0x7465646279746573;
        }

        public ulong Run(ReadOnlySpan<byte> text)
        {
            var length = (ulong)text.Length;
            for (; text.Length >= 8; text = text[8..]) Take(BinaryPrimitives.ReadUInt64LittleEndian(text));
            var last = length << 56;
            for (var i = 0; i < text.Length; i++) last |= (ulong)text[i] << (8 * i);
            Take(last);
            v2 ^= wide ? 0xeeUL : 0xff;
            return End();
        }

        public ulong More()
        {
            v1 ^= 0xdd;
            return End();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Take(ulong word)
        {
            v3 ^= word;
            Round();
            Round();
            v0 ^= word;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ulong End()
        {
            Round();
            Round();
            Round();
            Round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}
