using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Personalization.Storage.Embedded;

namespace Personalization.Popularity;

/// <summary>Rows of fixed width as a document: a version, a checksum over the rest, then each list with its length in front.</summary>
public static class Framed
{
    private const int Head = 8;
    private const uint Version = 1;

    public static int Bytes<TA, TB>(ReadOnlySpan<TA> first, ReadOnlySpan<TB> second) where TA : unmanaged where TB : unmanaged =>
        Head + (2 * sizeof(int)) + MemoryMarshal.AsBytes(first).Length + MemoryMarshal.AsBytes(second).Length;

    public static byte[] Write<TA, TB>(ReadOnlySpan<TA> first, ReadOnlySpan<TB> second) where TA : unmanaged where TB : unmanaged
    {
        var body = new byte[Bytes(first, second)];
        BinaryPrimitives.WriteUInt32LittleEndian(body, Version);
        var rest = Put(body.AsSpan(Head), first);
        Put(rest, second);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), Crc32C.Of(body.AsSpan(Head)));
        return body;
    }

    /// <summary>False where the bytes are another version's or damaged.</summary>
    public static bool TryRead<TA, TB>(ReadOnlySpan<byte> body, out TA[] first, out TB[] second) where TA : unmanaged where TB : unmanaged
    {
        (first, second) = ([], []);
        if (body.Length < Head || BinaryPrimitives.ReadUInt32LittleEndian(body) != Version) return false;
        var rest = body[Head..];
        return BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) == Crc32C.Of(rest) && Get(ref rest, out first) && Get(ref rest, out second) && rest.IsEmpty;
    }

    private static Span<byte> Put<T>(Span<byte> into, ReadOnlySpan<T> rows) where T : unmanaged
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, rows.Length);
        var bytes = MemoryMarshal.AsBytes(rows);
        bytes.CopyTo(into[sizeof(int)..]);
        return into[(sizeof(int) + bytes.Length)..];
    }

    private static bool Get<T>(ref ReadOnlySpan<byte> from, out T[] rows) where T : unmanaged
    {
        rows = [];
        if (from.Length < sizeof(int)) return false;
        var count = BinaryPrimitives.ReadInt32LittleEndian(from);
        from = from[sizeof(int)..];
        var width = Unsafe.SizeOf<T>();
        if (count < 0 || (long)count * width > from.Length) return false;
        rows = new T[count];
        from[..(count * width)].CopyTo(MemoryMarshal.AsBytes(rows.AsSpan()));
        from = from[(count * width)..];
        return true;
    }
}
