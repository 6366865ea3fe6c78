using System.Buffers;
using System.Buffers.Binary;

namespace Personalization.Storage.Embedded;

internal enum ReadState { Record, End, Damaged }

/// <summary>Reads records one after the other, verifying each.</summary>
internal sealed class RecordReader(IFile file, long start, long end, int chunk = 256 * 1024) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(chunk);
    private long bufferAt = start;
    private int buffered;

    /// <summary>Where the record last asked for begins.</summary>
    public long At { get; private set; } = start;

    /// <summary>Where the next record begins.</summary>
    public long Next { get; private set; } = start;

    public ReadState Read(out ReadOnlySpan<byte> payload)
    {
        payload = default;
        At = Next;
        if (At == end) return ReadState.End;
        if (!Fill(RecordBuffer.HeaderBytes)) return ReadState.Damaged;
        var header = Here(RecordBuffer.HeaderBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (length is <= 0 or > RecordBuffer.MaxPayload || !Fill(RecordBuffer.HeaderBytes + length)) return ReadState.Damaged;
        payload = Here(RecordBuffer.HeaderBytes + length)[RecordBuffer.HeaderBytes..];
        if (RecordBuffer.Checksum(payload) != checksum) return ReadState.Damaged;
        Next = At + RecordBuffer.HeaderBytes + length;
        return ReadState.Record;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private ReadOnlySpan<byte> Here(int count) => buffer.AsSpan((int)(At - bufferAt), count);

    private bool Fill(int count)
    {
        if (At + count > end) return false;
        if (At + count <= bufferAt + buffered) return true;
        MoveToFront(count);
        var most = (int)Math.Min(buffer.Length - buffered, end - bufferAt - buffered);
        buffered += file.Read(buffer.AsSpan(buffered, most), bufferAt + buffered);
        return buffered >= count;
    }

    private void MoveToFront(int count)
    {
        var kept = buffer.AsSpan((int)(At - bufferAt), (int)(bufferAt + buffered - At));
        if (count > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(count);
            kept.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        else
        {
            kept.CopyTo(buffer);
        }
        (buffered, bufferAt) = ((int)(bufferAt + buffered - At), At);
    }
}
