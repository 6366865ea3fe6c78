using System.Buffers;

namespace Personalization.Storage.Embedded;

/// <summary>One batch for one partition.</summary>
internal sealed class PublishPending(StreamLog stream, HubPartition partition, int count, byte[] rented, int length) : Pending<bool>
{
    private long first, at, offset;

    protected override Outcome<bool> Decide(RecordBuffer batch)
    {
        var accepted = partition.Takes(count, stream.Options.StreamBacklog);
        if (accepted) Write(batch);
        ArrayPool<byte>.Shared.Return(rented);
        return accepted ? Outcome.Ok(true) : Outcome.Throttled<bool>(stream.Options.StreamRetryAfter);
    }

    protected override void Apply()
    {
        var segment = stream.Active;
        segment.Add(partition, first, count, stream.Log.BatchAt + offset, at);
        segment.End = stream.Log.End;
        partition.Show(first + count);
    }

    protected override void Abandon() => partition.Staged = partition.Next;

    private void Write(RecordBuffer batch)
    {
        (first, at, offset) = (partition.Staged, stream.Now, batch.Length);
        StreamRecords.Write(batch, partition, first, at, count, rented.AsSpan(0, length));
        partition.Staged = first + count;
    }
}
