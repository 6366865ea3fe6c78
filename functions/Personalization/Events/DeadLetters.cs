using System.Diagnostics.Metrics;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>Where records go that no consumer can read, so that none blocks its partition and none vanishes.</summary>
public sealed class DeadLetters(IDocuments documents, Meter meter)
{
    public static readonly Store Store = new(
        "deadletters", StoreKind.Documents, "events", "Shows operators which records could not be used and why",
        Sensitivity.Aggregate, TimeSpan.FromDays(7), "hub and stream partition", SubjectKey.None);

    private readonly Counter<long> put = meter.CreateCounter<long>("personalization.events.deadletters", description: "Stream records put aside");

    /// <summary>Keeps where the record was and what was wrong. The body is not kept: unreadable bytes may hold anything.</summary>
    public async ValueTask Put(Delivery delivery, DeliveredRecord record, string reason, CancellationToken stop)
    {
        var letter = new DeadLetter(delivery.Hub, delivery.Partition, record.Sequence, record.Enqueued, reason, record.Body.Length);
        var body = JsonSerializer.SerializeToUtf8Bytes(letter, Stored.Default.DeadLetter);
        (await documents.Put(Store, $"{delivery.Hub}-{delivery.Partition}", $"{record.Sequence:d20}", body, Condition.None, null, stop)).Required(Store);
        put.Add(1);
    }
}

public sealed record DeadLetter(string Hub, string Partition, long Sequence, DateTimeOffset Enqueued, string Reason, int Bytes);
