using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Personalization.Decisions.Logging;

/// <summary>
/// The name of a decision: when it was made, and for whom, sealed. As text <c>d-</c> and 32 characters of base64url. It leads
/// whoever has the key to the person, and tells nobody else whether two decisions were for one.
/// </summary>
/// <param name="Nonce">48 bits of Unix milliseconds and 16 of a count; also what chance in the decision is drawn from.</param>
/// <param name="Sealed">The subject, encrypted under the nonce.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DecisionId(ulong Nonce, UInt128 Sealed)
{
    public const int Bytes = 24;

    /// <summary>Of its text.</summary>
    public const int Length = 34;

    private const string Prefix = "d-";
    private const int Letters = Length - 2;
    private const int CountBits = 16;

    // A year before calendars end, so that what is near a decision in time can be told as well.
    private static readonly ulong LatestMs = (ulong)DateTimeOffset.MaxValue.AddYears(-1).ToUnixTimeMilliseconds();

    /// <summary>When it was made, to the millisecond.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds((long)(Nonce >> CountBits));

    public static ulong NonceOf(DateTimeOffset at, int count) => ((ulong)at.ToUnixTimeMilliseconds() << CountBits) | (ushort)count;

    public static bool TryParse(ReadOnlySpan<char> text, out DecisionId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        return text.Length == Prefix.Length + Letters && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Base64Url.DecodeFromChars(text[Prefix.Length..], bytes, out _, out var length) == OperationStatus.Done && length == Bytes && TryRead(bytes, out id);
    }

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into, Nonce);
        BinaryPrimitives.WriteUInt128BigEndian(into[sizeof(ulong)..], Sealed);
    }

    /// <summary>False where there are too few bytes, or they name a time no calendar has.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out DecisionId id)
    {
        id = default;
        if (from.Length < Bytes) return false;
        id = new(BinaryPrimitives.ReadUInt64BigEndian(from), BinaryPrimitives.ReadUInt128BigEndian(from[sizeof(ulong)..]));
        return id.Nonce >> CountBits <= LatestMs;
    }

    /// <summary>The same in the making of an answer.</summary>
    internal void Write(Answering.Utf8Text into)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Write(bytes);
        into.Add(Prefix);
        Base64Url.EncodeToUtf8(bytes, into.Next(Letters));
        into.Advance(Letters);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Write(bytes);
        Span<char> text = stackalloc char[Prefix.Length + Letters];
        Prefix.CopyTo(text);
        Base64Url.EncodeToChars(bytes, text[Prefix.Length..]);
        return new(text);
    }
}
