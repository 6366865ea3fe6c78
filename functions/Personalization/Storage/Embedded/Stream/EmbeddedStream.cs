using System.Buffers;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>The embedded stream: publishing as everywhere, and consumption, which in Azure is the host's.</summary>
public sealed class EmbeddedStream : IStream
{
    private const int PageSize = 500;

    private readonly StreamLogs stream;
    private readonly StreamCheckpoints checkpoints;

    internal EmbeddedStream(StreamLogs stream, StreamCheckpoints checkpoints) => (this.stream, this.checkpoints) = (stream, checkpoints);

    public int Partitions => stream.Options.StreamPartitions;

    public ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop)
    {
        var log = stream.Of(hub);
        var target = log.Hub(hub).Partition(partition);
        foreach (var record in records) Keys.Require(record.Key, nameof(records));
        if (records.Count == 0) return new(Outcome.Ok(true));
        if (records.Any(r => r.Body.Length > StreamRecord.MaxBytes) || StreamRecords.Size(records) > RecordBuffer.MaxPayload / 2)
            return new(Outcome.Failed<bool>(Status.TooLarge));
        var rented = ArrayPool<byte>.Shared.Rent(StreamRecords.Size(records));
        var length = StreamRecords.Encode(records, rented);
        return log.Commit.Answer(new PublishPending(log, target, records.Count, rented, length), stop);
    }

    /// <summary>
    /// Up to <paramref name="max"/> records from a sequence on, for a consumer that follows or one that replays a range.
    /// Records that have expired or were erased are left out; <see cref="StreamPage.Next"/> is where to go on.
    /// </summary>
    public StreamPage Read(Store hub, int partition, long from, int max) => Read(hub, partition, from, max, null, long.MaxValue);

    /// <summary>
    /// The same of one key alone, up to a time. A page of it may be empty although more follow; it was the last when
    /// <see cref="StreamPage.Next"/> is the end of <see cref="Bounds"/>.
    /// </summary>
    public StreamPage Read(Store hub, int partition, long from, int max, string key, DateTimeOffset until) =>
        Read(hub, partition, from, max, Encoding.UTF8.GetBytes(key), until.ToUnixTimeMilliseconds());

    /// <summary>A sequence from which a reader misses no record that was published at a time or later, and walks over few that are older.</summary>
    public long At(Store hub, int partition, DateTimeOffset time)
    {
        var source = stream.Partition(hub, partition);
        foreach (var segment in stream.Of(hub).Segments)
            if (segment.At(source, time.ToUnixTimeMilliseconds()) is { } sequence) return sequence;
        return source.Next;
    }

    /// <summary>Every record that is still there, partition by partition.</summary>
    public IEnumerable<DeliveredRecord> Everything(Store hub)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var (from, next) = Bounds(hub, partition);
            while (from < next)
            {
                var page = Read(hub, partition, from, PageSize);
                foreach (var record in page.Records) yield return record;
                from = page.Next;
            }
        }
    }

    /// <summary>
    /// How many records with this key are in the hub's files, those among them that have expired and are served no more. Reads
    /// every file.
    /// </summary>
    public long Count(Store hub, string key) => Count(hub, [key])[0];

    /// <summary>The same for any number of keys, by their places; the files are read once.</summary>
    public IReadOnlyList<long> Count(Store hub, IReadOnlyList<string> keys)
    {
        var wanted = new RecordKeys(keys);
        var counts = new StreamCensus(stream.Of(hub), stream.Of(hub).Hub(hub), wanted).Run();
        return [.. keys.Select(k => counts[wanted.Place(Encoding.UTF8.GetBytes(k))])];
    }

    /// <summary>Completes when there is something to read at the sequence or behind it.</summary>
    public Task Arrival(Store hub, int partition, long sequence, CancellationToken stop) =>
        stream.Partition(hub, partition).Arrival(sequence).WaitAsync(stop);

    /// <summary>The first sequence kept and the one the next record gets.</summary>
    public (long First, long Next) Bounds(Store hub, int partition)
    {
        var source = stream.Partition(hub, partition);
        return (source.First, source.Next);
    }

    /// <summary>Records that the slowest consumer has still to read, over all partitions.</summary>
    public long Backlog(Store hub) => stream.Of(hub).Hub(hub).Partitions.Sum(p => Math.Max(0, p.Backlog));

    /// <summary>The sequence a consumer goes on with: what it saved last, or 0.</summary>
    public long Checkpoint(Store hub, string consumer, int partition) => stream.Partition(hub, partition).Checkpoint(consumer);

    /// <summary>Remembers that a consumer is done with everything before a sequence. The backlog is counted from the slowest consumer.</summary>
    public ValueTask<Outcome<Etag>> Save(Store hub, string consumer, int partition, long next, CancellationToken stop) =>
        checkpoints.Save(stream.Partition(hub, partition), consumer, next, stop);

    private StreamPage Read(Store hub, int partition, long from, int max, byte[]? wanted, long until)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var log = stream.Of(hub);
        var source = log.Hub(hub).Partition(partition);
        while (true)
        {
            var segments = log.Segments;
            try
            {
                return new StreamReading(source, from, max, log.Now, wanted, until).Run(segments);
            }
            catch (ObjectDisposedException) when (segments != log.Segments)
            {
                // Retention or erasure replaced the file meanwhile; the new set of files has what is left.
            }
        }
    }
}

/// <param name="Records">In order; sequences may have gaps.</param>
/// <param name="Next">The sequence to read next.</param>
public readonly record struct StreamPage(IReadOnlyList<DeliveredRecord> Records, long Next);
