using System.Runtime.InteropServices;

namespace Personalization.Events;

/// <summary>Room for the keys of a whole delivery, so that its events do not each bring an array. Used by one reader at a time.</summary>
public sealed class KeyPool
{
    private const int ChunkKeys = 4096;
    private readonly List<ulong[]> chunks = [];
    private int chunk = -1;
    private int used = ChunkKeys;

    /// <summary>Forgets everything handed out; the room is used again.</summary>
    public void Reset() => (chunk, used) = (-1, ChunkKeys);

    public ReadOnlyMemory<ulong> Take(ReadOnlySpan<byte> littleEndian)
    {
        var count = littleEndian.Length / sizeof(ulong);
        if (count == 0) return default;
        if (used + count > ChunkKeys) Next();
        var taken = chunks[chunk].AsMemory(used, count);
        // The bytes may lie at any address, which every processor this runs on can read; all of them are little-endian.
        MemoryMarshal.Cast<byte, ulong>(littleEndian).CopyTo(taken.Span);
        used += count;
        return taken;
    }

    private void Next()
    {
        if (++chunk == chunks.Count) chunks.Add(new ulong[ChunkKeys]);
        used = 0;
    }
}
