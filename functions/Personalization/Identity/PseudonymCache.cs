using System.Security.Cryptography;

namespace Personalization.Identity;

/// <summary>
/// Remembers the subjects of who was seen lately, because finding one costs more than all else that is done with an event.
/// It holds no identifier: an id is known by 128 bits of a keyed hash whose key is drawn at start and never leaves the
/// process. Two ids on one place push each other out; nothing is ever taken for another. What it remembers holds for a
/// minute and for one epoch, so that what another process did to an alias is seen here soon.
/// </summary>
internal sealed class PseudonymCache
{
    private const int Places = 1 << 16;
    private const long HoldsMs = 60_000;

    private readonly KeyedHash[] keys = [.. Enumerable.Range(0, Enum.GetValues<IdKind>().Length).Select(_ => KeyedHash.From(RandomNumberGenerator.GetBytes(16)))];
    private readonly Entry?[] places = new Entry?[Places];

    public UInt128 Tag(ReadOnlySpan<byte> id, IdKind kind) => keys[(int)kind].WideOf(id);

    public Pseudonym? Find(UInt128 tag, int epoch, long now) =>
        Volatile.Read(ref places[Place(tag)]) is { } entry && entry.Tag == tag && entry.Epoch == epoch && now < entry.Until ? entry.Pseudonym : null;

    public Pseudonym Add(UInt128 tag, Pseudonym pseudonym, int epoch, long now)
    {
        Volatile.Write(ref places[Place(tag)], new(tag, pseudonym, epoch, now + HoldsMs));
        return pseudonym;
    }

    /// <summary>Whoever comes by any name of this subject next is looked for again.</summary>
    public void Forget(Subject subject)
    {
        for (var i = 0; i < places.Length; i++)
            if (Volatile.Read(ref places[i]) is { } entry && entry.Pseudonym.Subject == subject) Interlocked.CompareExchange(ref places[i], null, entry);
    }

    private static int Place(UInt128 tag) => (int)((ulong)tag & (Places - 1));

    private sealed record Entry(UInt128 Tag, Pseudonym Pseudonym, int Epoch, long Until);
}

/// <summary>As what an identifier was sent.</summary>
public enum IdKind { User, Visitor, Session }
