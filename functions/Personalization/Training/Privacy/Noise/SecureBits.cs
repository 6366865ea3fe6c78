using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Training.Privacy.Noise;

/// <summary>
/// Random bits from a cryptographic generator, many fetched together: one call for some thousand numbers. One for each thread.
/// Bits are gone from memory when they were used.
/// </summary>
/// <param name="source">The operating system's in production; seeded ones exist in tests only.</param>
internal sealed class SecureBits(RandomNumberGenerator source)
{
    private const int Fetched = 1 << 16;

    private readonly byte[] bytes = new byte[Fetched];
    private int used = Fetched;

    public ulong Next()
    {
        if (used == Fetched)
        {
            source.GetBytes(bytes);
            used = 0;
        }

        var at = bytes.AsSpan(used, sizeof(ulong));
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(at);
        at.Clear();
        used += sizeof(ulong);
        return bits;
    }

    /// <summary>True with the chance n/d exactly.</summary>
    /// <remarks>
    /// The bits are the first ones of a number u between 0 and 1, and true is u &lt; n/d. With r the first 64 as a whole number and f
    /// what follows, u = (r + f)/2⁶⁴, so u &lt; n/d where f·d &lt; n·2⁶⁴ − r·d =: m. For m ≥ d that is so for every f, and for m ≤ 0 for
    /// none; else it is f &lt; m/d, the same question with new bits. That happens once in 2⁶⁴/d times.
    /// </remarks>
    /// <param name="n">At most <paramref name="d"/>.</param>
    /// <param name="d">Above 0.</param>
    public bool Chance(ulong n, ulong d)
    {
        while (true)
        {
            // n·2⁶⁴ has nothing below 64 bits.
            var high = Math.BigMul(Next(), d, out var low);
            if (high >= n) return false;
            var m = new UInt128(n - high, 0) - low;
            if (m >= d) return true;
            n = (ulong)m;
        }
    }

    /// <summary>A whole number from 0 up to below a limit, each as likely. Lemire 2019.</summary>
    public ulong Below(ulong limit)
    {
        while (true)
        {
            var high = Math.BigMul(Next(), limit, out var low);
            if (low >= limit || low >= (0 - limit) % limit) return high;
        }
    }
}
