using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Personalization.Identity;

/// <summary>
/// Names for visitors who have none: <c>pt1.</c> and, in base64url, 16 bytes of a name, the number of an epoch and a MAC
/// over both under that epoch's salt. One that was not made here is refused; one of the epoch before is answered with a new
/// one; and when an epoch's salt is gone, so is every token of it.
/// </summary>
internal static class VisitorTokens
{
    public const string Prefix = "pt1.";

    private const int NameBytes = 16;
    private const int MacBytes = 16;
    private const int Signed = NameBytes + sizeof(int);
    private const int Whole = Signed + MacBytes;

    public static bool Is(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public static string Write(Epoch epoch, Identifier token)
    {
        Span<byte> bytes = stackalloc byte[Whole];
        token.Value.Span.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[NameBytes..], epoch.Number);
        Mac(epoch, bytes[..Signed], bytes[Signed..]);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <param name="text">Begins with the prefix.</param>
    /// <param name="live">The epochs there are.</param>
    /// <param name="over">Whether it may have been one of ours, of an epoch that is gone.</param>
    /// <returns>What it names and in which epoch it was made; null for none.</returns>
    public static (Identifier Id, Epoch Epoch)? Read(string text, IEnumerable<Epoch> live, out bool over)
    {
        over = false;
        Span<byte> bytes = stackalloc byte[Whole];
        var code = text.AsSpan(Prefix.Length);
        if (code.Length != Base64Url.GetEncodedLength(Whole) || Base64Url.DecodeFromChars(code, bytes, out _, out var length) != OperationStatus.Done || length != Whole) return null;
        var number = BinaryPrimitives.ReadInt32BigEndian(bytes[NameBytes..]);
        over = number > 0 && live.All(e => e.Number > number);
        if (live.FirstOrDefault(e => e.Number == number) is not { } epoch) return null;
        Span<byte> own = stackalloc byte[MacBytes];
        Mac(epoch, bytes[..Signed], own);
        return CryptographicOperations.FixedTimeEquals(own, bytes[Signed..]) ? (Named(bytes[..NameBytes]), epoch) : null;
    }

    public static Identifier Fresh() => Named(RandomNumberGenerator.GetBytes(NameBytes));

    /// <summary>
    /// The same for everyone who says the same, such as one session: a page's first calls, made at once and without a name,
    /// are one visitor.
    /// </summary>
    public static Identifier Standing(Epoch epoch, ReadOnlySpan<byte> said) => Derived(epoch, 1, said);

    /// <summary>What takes the place of a token in a later epoch; the same for all who show it at once.</summary>
    public static Identifier After(Epoch epoch, Identifier token) => Derived(epoch, 2, token.Value.Span);

    private static Identifier Derived(Epoch epoch, byte use, ReadOnlySpan<byte> from) => Named(HMACSHA256.HashData(epoch.TokenKey, (byte[])[use, .. from]).AsSpan(0, NameBytes));

    private static Identifier Named(ReadOnlySpan<byte> name) => new(Namespaces.Token, name.ToArray());

    private static void Mac(Epoch epoch, ReadOnlySpan<byte> signed, Span<byte> into)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(epoch.TokenKey, (byte[])[0, .. signed], whole);
        whole[..MacBytes].CopyTo(into);
    }
}
