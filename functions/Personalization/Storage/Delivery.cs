namespace Personalization.Storage;

/// <summary>A run of records of one partition, in order, as a consumer gets it.</summary>
/// <param name="Hub">The stream's name.</param>
/// <param name="Partition">The partition's id; deliveries of one partition never overlap.</param>
/// <param name="Records">At least one.</param>
/// <param name="Attempt">0 at the first delivery. The same records may come again at any time, also with 0.</param>
/// <param name="Replay">Whether the records come again on purpose, for who lost their effect.</param>
/// <param name="Letter">Whether they come out of the dead letters.</param>
public sealed record Delivery(
    string Hub, string Partition, IReadOnlyList<DeliveredRecord> Records, int Attempt, bool Replay = false, bool Letter = false);

/// <param name="Sequence">Grows by position within the partition; <see cref="Unknown"/> where no trustworthy number was sent.</param>
/// <param name="Enqueued">When the stream took it.</param>
/// <param name="Key">The publisher's partition key, if one was set.</param>
/// <param name="Body">The published bytes.</param>
public readonly record struct DeliveredRecord(long Sequence, DateTimeOffset Enqueued, string? Key, ReadOnlyMemory<byte> Body)
{
    public const long Unknown = -1;
}
