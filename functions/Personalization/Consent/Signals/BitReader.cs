using System.Buffers;

namespace Personalization.Consent.Signals;

/// <summary>
/// Reads numbers, most significant bit first, from base64url text of six bits a character, without decoding it
/// anywhere. Asking for more than there is gives zero and is remembered, so a parser may read on and ask once at the end.
/// </summary>
internal ref struct BitReader
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private readonly ReadOnlySpan<byte> text;
    private int at;

    public BitReader(ReadOnlySpan<byte> text)
    {
        // Padding and white space are no part of these formats.
        Broken = text.IsEmpty || text.ContainsAnyExcept(Alphabet);
        this.text = Broken ? default : text;
    }

    /// <summary>The text is no base64url, or something was read that is not there.</summary>
    public bool Broken { get; private set; }

    public bool Bit() => Read(1) == 1;

    public int Int(int bits) => (int)Read(bits);

    public ulong Read(int bits)
    {
        if (!Has(bits)) return 0;
        ulong value = 0;
        for (var end = at + bits; at < end;)
        {
            var (left, take) = (6 - (at % 6), Math.Min(6 - (at % 6), end - at));
            value = (value << take) | (((uint)Six(text[at / 6]) >> (left - take)) & ((1u << take) - 1));
            at += take;
        }

        return value;
    }

    public void Skip(int bits)
    {
        if (Has(bits)) at += bits;
    }

    private bool Has(int bits)
    {
        if (bits <= (text.Length * 6) - at) return true;
        Broken = true;
        return false;
    }

    private static int Six(byte c) => c switch
    {
        >= (byte)'a' => c - 'a' + 26,
        (byte)'_' => 63,
        >= (byte)'A' => c - 'A',
        >= (byte)'0' => c - '0' + 52,
        _ => 62,
    };
}
