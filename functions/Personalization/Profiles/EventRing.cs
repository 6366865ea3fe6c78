using System.Runtime.InteropServices;

namespace Personalization.Profiles;

/// <summary>The names of the last events taken in, by which a resend is recognized. 0 is no name.</summary>
public sealed class EventRing
{
    public const int Kept = 128;

    private readonly ulong[] ids = new ulong[Kept];
    private int next;

    public int Count { get; private set; }

    /// <summary>Where the next one goes, once all places are taken.</summary>
    public byte Next => (byte)next;

    /// <summary>Takes a name in; false where it was there.</summary>
    public bool Add(ulong id)
    {
        if (id == 0) return true;
        if (ids.AsSpan(0, Count).Contains(id)) return false;
        ids[next] = id;
        next = (next + 1) % Kept;
        if (Count < Kept) Count++;
        return true;
    }

    public void Clear() => (Count, next) = (0, 0);

    public bool Read(ReadOnlySpan<byte> bytes, int place)
    {
        if (bytes.Length > Kept * sizeof(ulong) || place >= Kept) return false;
        (Count, next) = (bytes.Length / sizeof(ulong), place);
        bytes.CopyTo(MemoryMarshal.AsBytes(ids.AsSpan()));
        return true;
    }

    public int Write(Span<byte> into)
    {
        MemoryMarshal.AsBytes(ids.AsSpan(0, Count)).CopyTo(into);
        return Count * sizeof(ulong);
    }
}
