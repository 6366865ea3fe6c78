namespace Personalization.Storage.Embedded;

/// <summary>Bytes in pages, so that growing never copies. One writer and any number of readers.</summary>
internal sealed class MemoryFile : IFile
{
    private const int PageSize = 64 * 1024;

    private readonly Lock gate = new();
    private readonly List<byte[]> pages = [];
    private long length;

    public long Length
    {
        get
        {
            lock (gate) return length;
        }
    }

    public int Read(Span<byte> into, long at)
    {
        lock (gate)
        {
            var count = (int)Math.Clamp(length - at, 0, into.Length);
            for (var done = 0; done < count;)
            {
                var piece = Piece(at + done, count - done);
                piece.CopyTo(into[done..]);
                done += piece.Length;
            }
            return count;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long at)
    {
        lock (gate)
        {
            Grow(at + bytes.Length);
            while (!bytes.IsEmpty)
            {
                var piece = Piece(at, bytes.Length);
                bytes[..piece.Length].CopyTo(piece);
                bytes = bytes[piece.Length..];
                at += piece.Length;
            }
        }
    }

    public void Truncate(long length)
    {
        lock (gate)
        {
            if (length < this.length) Clear(length);
            else Grow(length);
            this.length = length;
        }
    }

    public void Sync() { }

    public void Dispose() { }

    private Span<byte> Piece(long at, int most)
    {
        var start = (int)(at % PageSize);
        return pages[(int)(at / PageSize)].AsSpan(start, Math.Min(PageSize - start, most));
    }

    private void Grow(long needed)
    {
        while ((long)pages.Count * PageSize < needed) pages.Add(new byte[PageSize]);
        length = Math.Max(length, needed);
    }

    private void Clear(long from)
    {
        var keep = (int)((from + PageSize - 1) / PageSize);
        pages.RemoveRange(keep, pages.Count - keep);
        if (from % PageSize != 0) pages[^1].AsSpan((int)(from % PageSize)).Clear();
    }
}
