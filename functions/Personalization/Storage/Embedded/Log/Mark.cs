using System.Buffers.Binary;

namespace Personalization.Storage.Embedded;

/// <summary>
/// The record before every batch. It repeats the file's random number and says up to where the file was durable when the
/// batch was written. That tells a torn tail from damage: bytes that cannot be read were never acknowledged unless some
/// later batch says that they were durable already.
/// </summary>
internal static class Mark
{
    public const int Bytes = RecordBuffer.HeaderBytes + 1 + 8 + 8;

    private const int NonceAt = RecordBuffer.HeaderBytes + 1;

    public static void Write(Span<byte> record, ulong nonce, long durable)
    {
        record[RecordBuffer.HeaderBytes] = (byte)RecordType.Mark;
        BinaryPrimitives.WriteUInt64LittleEndian(record[NonceAt..], nonce);
        BinaryPrimitives.WriteInt64LittleEndian(record[(NonceAt + 8)..], durable);
        RecordBuffer.Seal(record);
    }

    /// <summary>Whether something behind the place proves that the place had been durable.</summary>
    public static bool ProvesDurable(IFile file, ulong nonce, long place)
    {
        Span<byte> pattern = stackalloc byte[9];
        pattern[0] = (byte)RecordType.Mark;
        BinaryPrimitives.WriteUInt64LittleEndian(pattern[1..], nonce);
        var window = new byte[1024 * 1024];
        for (var at = place; at < file.Length; at += window.Length - Bytes)
        {
            var read = window.AsSpan(0, file.Read(window, at));
            for (var from = 0; read[from..].IndexOf(pattern) is >= 0 and var hit; from += hit + 1)
                if (Durable(read, from + hit - RecordBuffer.HeaderBytes) > place) return true;
        }
        return false;
    }

    private static long Durable(ReadOnlySpan<byte> window, int start)
    {
        if (start < 0 || start + Bytes > window.Length) return -1;
        var record = window.Slice(start, Bytes);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        return checksum == RecordBuffer.Checksum(record[RecordBuffer.HeaderBytes..])
            ? BinaryPrimitives.ReadInt64LittleEndian(record[(NonceAt + 8)..])
            : -1;
    }
}
