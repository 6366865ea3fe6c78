using System.Diagnostics.Metrics;
using System.Text.Json;
using Personalization.Events.Reading;
using Personalization.Storage;

namespace Personalization.Events.Streaming;

/// <summary>
/// Where goes what cannot be used, so that none blocks its partition and none vanishes: records no consumer can read, and
/// a few of the events that were refused, by which an operator sees which contract a sender breaks.
/// </summary>
public sealed class DeadLetters(IDocuments documents, TimeProvider time, Meter meter)
{
    public static readonly Store Store = new(
        "deadletters", StoreKind.Documents, "events", "Shows operators which records could not be used and why",
        Sensitivity.Aggregate, TimeSpan.FromDays(7), "hub and stream partition", SubjectKey.None);

    private const string Intake = "intake";
    private const int RefusedPerMinute = 20;

    private readonly Counter<long> put = meter.CreateCounter<long>("personalization.events.deadletters", description: "Stream records put aside");
    private readonly Counter<long> refused = meter.CreateCounter<long>("personalization.events.refused", description: "Events refused at the intake, by the field that was wrong");
    private long minute, inMinute;

    /// <summary>Keeps where the record was and what was wrong. The body is not kept: unreadable bytes may hold anything.</summary>
    public async ValueTask Put(Delivery delivery, DeliveredRecord record, string reason, CancellationToken stop)
    {
        var type = StreamedEvent.TryRead(record.Body.Span, new KeyPool(), out var e) ? e.Type.Name() : null;
        (await Put(delivery.Hub, delivery.Partition, record.Sequence, record.Enqueued, reason, type, record.Body.Length, stop)).Required(Store);
        put.Add(1);
    }

    /// <summary>Counts a refused event, and keeps a letter for some: whoever sends rubbish must not be able to fill a disk with it.</summary>
    public async ValueTask Refuse(Fault fault, EventType type, CancellationToken stop)
    {
        refused.Add(1, new KeyValuePair<string, object?>("field", fault.Field));
        var now = time.GetUtcNow();
        var current = now.ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref minute, current) != current) Interlocked.Exchange(ref inMinute, 0);
        if (Interlocked.Increment(ref inMinute) > RefusedPerMinute) return;
        // The sender hears of the fault in any case; a letter that cannot be stored is not worth failing their other events.
        await Put(Intake, "0", now.Ticks, now, $"{fault.Field} {fault.Reason}", type == default ? null : type.Name(), 0, stop);
    }

    /// <summary>All letters or those of one partition of a hub, in pages; pass <c>Next</c> to go on.</summary>
    public async ValueTask<Page<DeadLetter>> List(string? hub, string? partition, string? next, int max, CancellationToken stop)
    {
        var page = hub is null
            ? await documents.Scan(Store, next, max, stop)
            : await documents.List(Store, $"{hub}-{partition}", next, max, stop);
        var found = page.Required(Store);
        return new([.. found.Items.Select(d => Stored.Read(d.Body, Stored.Default.DeadLetter)).OfType<DeadLetter>()], found.Next);
    }

    /// <summary>The letters about one partition of a stream, each with the version it was found in.</summary>
    public async ValueTask<IReadOnlyList<(DeadLetter Letter, Etag Etag)>> About(string hub, string partition, CancellationToken stop)
    {
        var all = new List<(DeadLetter, Etag)>();
        for (string? next = null; ;)
        {
            var page = (await documents.List(Store, $"{hub}-{partition}", next, 1000, stop)).Required(Store);
            all.AddRange(page.Items.Select(d => (Letter: Stored.Read(d.Body, Stored.Default.DeadLetter), d.Etag)).Where(l => l.Letter is not null)!);
            if ((next = page.Next) is null) return all;
        }
    }

    /// <summary>Takes back a letter whose record has had its effect after all, unless it was written anew meanwhile.</summary>
    public async ValueTask Withdraw(DeadLetter letter, Etag found, CancellationToken stop)
    {
        var gone = await documents.Delete(Store, $"{letter.Hub}-{letter.Partition}", Place(letter.Sequence), Condition.Matches(found), stop);
        if (gone.Status is not (Status.NotFound or Status.Conflict)) gone.Required(Store);
    }

    private ValueTask<Outcome<Etag>> Put(string hub, string partition, long sequence, DateTimeOffset at, string reason, string? type, int bytes, CancellationToken stop)
    {
        var letter = new DeadLetter($"{hub}-{partition}-{sequence}", hub, partition, sequence, at, reason, type, bytes);
        return documents.Put(Store, $"{hub}-{partition}", Place(sequence), JsonSerializer.SerializeToUtf8Bytes(letter, Stored.Default.DeadLetter), Condition.None, null, stop);
    }

    private static string Place(long sequence) => $"{sequence:d20}";
}
