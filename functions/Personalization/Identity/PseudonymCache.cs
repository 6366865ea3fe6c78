using System.Security.Cryptography;

namespace Personalization.Identity;

/// <summary>
/// Remembers the subjects of who was seen lately, because an HMAC costs more than all else that is done with an event. It
/// holds no identifier: an id is known by 128 bits of a keyed hash whose key is drawn at start and never leaves the
/// process. Two ids on one place push each other out; nothing is ever taken for another.
/// </summary>
internal sealed class PseudonymCache
{
    private const int Places = 1 << 16;

    private readonly KeyedHash users = KeyedHash.From(RandomNumberGenerator.GetBytes(16));
    private readonly KeyedHash visitors = KeyedHash.From(RandomNumberGenerator.GetBytes(16));
    private readonly Entry?[] places = new Entry?[Places];

    public UInt128 Tag(ReadOnlySpan<byte> id, bool user) => (user ? users : visitors).WideOf(id);

    public Pseudonym? Find(UInt128 tag) => Volatile.Read(ref places[Place(tag)]) is { } entry && entry.Tag == tag ? entry.Pseudonym : null;

    public Pseudonym Add(UInt128 tag, Pseudonym pseudonym)
    {
        Volatile.Write(ref places[Place(tag)], new(tag, pseudonym));
        return pseudonym;
    }

    private static int Place(UInt128 tag) => (int)((ulong)tag & (Places - 1));

    private sealed record Entry(UInt128 Tag, Pseudonym Pseudonym);
}
