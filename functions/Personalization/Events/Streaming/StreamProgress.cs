using System.Collections.Concurrent;
using Personalization.Storage;

namespace Personalization.Events.Streaming;

/// <summary>How far this process has applied each partition it was given, and how fast it goes.</summary>
public sealed class StreamProgress(TimeProvider time)
{
    private static readonly TimeSpan RateOver = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<(string Hub, string Partition), PartitionProgress> partitions = new();

    public IReadOnlyDictionary<(string Hub, string Partition), PartitionProgress> Partitions => partitions;

    /// <summary>Called when a delivery has had its effect.</summary>
    public void Applied(Delivery delivery)
    {
        var now = time.GetTimestamp();
        var last = delivery.Records[^1];
        partitions.AddOrUpdate(
            (delivery.Hub, delivery.Partition),
            _ => new(last.Sequence, last.Enqueued, delivery.Records.Count, delivery.Records.Count / RateOver.TotalSeconds, now),
            (_, known) => known.And(last, delivery.Records.Count, now, time.GetElapsedTime(known.Timestamp, now)));
    }

    /// <summary>Records a second, fading to nothing while none come.</summary>
    public double RateNow(PartitionProgress progress) => progress.Rate * Math.Exp(-(time.GetElapsedTime(progress.Timestamp) / RateOver));

    /// <param name="LastSequence">The last one applied.</param>
    /// <param name="LastEnqueued">When the stream had taken it.</param>
    /// <param name="Records">Applied since the process started.</param>
    /// <param name="Rate">Records a second at <paramref name="Timestamp"/>, averaged over some ten seconds.</param>
    /// <param name="Timestamp">When it was applied.</param>
    public sealed record PartitionProgress(long LastSequence, DateTimeOffset LastEnqueued, long Records, double Rate, long Timestamp)
    {
        public PartitionProgress And(DeliveredRecord last, int count, long now, TimeSpan since) => this with
        {
            LastSequence = last.Sequence, LastEnqueued = last.Enqueued, Records = Records + count, Timestamp = now,
            // An average in which what is ten seconds old weighs a third: each record adds 1/10, and all fade.
            Rate = (Rate * Math.Exp(-(since / RateOver))) + (count / RateOver.TotalSeconds),
        };
    }
}
