using Personalization.Storage.Embedded;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>A file of <see cref="FaultyFiles"/>: what is durable, and what has been done to it since.</summary>
internal sealed class FaultyNode(FaultyFiles disk) : IFile
{
    private const int Sector = 512;

    private readonly Lock gate = new();
    private readonly List<(long At, byte[] Bytes, bool Truncates)> pending = [];
    private byte[] durable = [];
    private byte[] current = new byte[4096];
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
            current.AsSpan((int)Math.Min(at, length), count).CopyTo(into);
            return count;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long at)
    {
        var taken = bytes[..disk.Take(bytes.Length)];
        lock (gate)
        {
            Apply(ref current, ref length, at, taken);
            pending.Add((at, taken.ToArray(), false));
        }
        disk.Step();
        if (taken.Length < bytes.Length) throw new IOException("No space left on device.");
    }

    public void Truncate(long length)
    {
        disk.Step();
        lock (gate)
        {
            current.AsSpan((int)Math.Min(length, this.length)).Clear();
            this.length = length;
            pending.Add((length, [], true));
        }
    }

    public void Sync()
    {
        disk.Step();
        lock (gate)
        {
            durable = Content();
            pending.Clear();
        }
    }

    public void Dispose() { }

    public byte[] Content()
    {
        lock (gate) return current.AsSpan(0, (int)length).ToArray();
    }

    /// <summary>The file after a power cut, on whatever disk it is put next.</summary>
    public FaultyNode Survivor(Random chance, FaultyFiles on)
    {
        lock (gate)
        {
            var (bytes, size) = (durable.ToArray(), (long)durable.Length);
            var fate = chance.Next(4);
            var upTo = fate == 0 ? 0 : fate == 1 ? pending.Count : chance.Next(pending.Count + 1);
            foreach (var (at, written, truncates) in pending.Take(fate == 3 ? pending.Count : upTo))
            {
                if (truncates) Cut(ref bytes, ref size, at);
                else if (fate == 3) Scatter(chance, ref bytes, ref size, at, written);
                else Apply(ref bytes, ref size, at, written);
            }
            if (fate == 2 && upTo < pending.Count && !pending[upTo].Truncates) Tear(chance, ref bytes, ref size, pending[upTo].At, pending[upTo].Bytes);
            return new(on) { durable = bytes[..(int)size], current = bytes, length = size };
        }
    }

    private static void Tear(Random chance, ref byte[] bytes, ref long size, long at, byte[] written) =>
        Apply(ref bytes, ref size, at, written.AsSpan(0, chance.Next(written.Length + 1)));

    /// <summary>The disk wrote some sectors and not others.</summary>
    private static void Scatter(Random chance, ref byte[] bytes, ref long size, long at, byte[] written)
    {
        for (var from = 0; from < written.Length;)
        {
            var upTo = (int)Math.Min(written.Length, (at + from) / Sector * Sector + Sector - at);
            if (chance.Next(3) > 0) Apply(ref bytes, ref size, at + from, written.AsSpan(from, upTo - from));
            from = upTo;
        }
    }

    private static void Cut(ref byte[] bytes, ref long size, long at)
    {
        if (at < size) bytes.AsSpan((int)at).Clear();
        if (at > bytes.Length) Array.Resize(ref bytes, (int)at);
        size = at;
    }

    private static void Apply(ref byte[] bytes, ref long size, long at, ReadOnlySpan<byte> written)
    {
        var end = at + written.Length;
        if (end > bytes.Length) Array.Resize(ref bytes, (int)Math.Max(end, bytes.Length * 2));
        written.CopyTo(bytes.AsSpan((int)at));
        size = Math.Max(size, end);
    }
}
