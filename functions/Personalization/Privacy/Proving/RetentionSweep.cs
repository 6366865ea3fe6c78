using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Privacy.Exporting;
using Personalization.Storage;

namespace Personalization.Privacy.Proving;

/// <summary>
/// Proves store by store that nothing is kept longer than its declaration says: of every document that it is going to be
/// gone by then, of every stream that its oldest record is young enough. The result goes to the audit log.
/// </summary>
public sealed class RetentionSweep
{
    /// <summary>Cosmos DB counts in whole seconds by its own clock.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private const int PageSize = 500;

    private readonly StoreRegistry stores;
    private readonly IDocuments documents;
    private readonly Func<Store, IEnumerable<DeliveredRecord>>? stream;
    private readonly IBlobs blobs;
    private readonly Findings findings;
    private readonly AuditLog audit;
    private readonly TimeProvider time;
    private long beyond;

    public RetentionSweep(
        StoreRegistry stores, IDocuments documents, IBlobs blobs, Func<Store, IEnumerable<DeliveredRecord>>? stream, Findings findings, AuditLog audit, TimeProvider time, Meter meter)
    {
        (this.stores, this.documents, this.blobs, this.stream, this.findings, this.audit, this.time) = (stores, documents, blobs, stream, findings, audit, time);
        meter.CreateObservableGauge("personalization.retention.beyond", () => Volatile.Read(ref beyond), description: "Entries found by the last sweep that are kept longer than their store declares; anything but 0 is an alarm");
    }

    public async ValueTask<RetentionReport> Run(CancellationToken stop)
    {
        var rows = new List<RetentionRow>();
        foreach (var store in stores.All) rows.Add(await Look(store, stop));
        var report = new RetentionReport(time.GetUtcNow(), rows.Sum(r => r.Beyond), rows);
        Volatile.Write(ref beyond, report.Beyond);
        await audit.Append(new(AuditTypes.RetentionProved, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["stores"] = $"{rows.Count}", ["entries"] = $"{rows.Sum(r => r.Entries)}", ["beyond"] = $"{report.Beyond}",
        }), stop);
        await findings.Keep(report, stop);
        return report;
    }

    private async ValueTask<RetentionRow> Look(Store store, CancellationToken stop) => store switch
    {
        { Expiry: null } => Row(store, "kept", 0, 0),
        { Kind: StoreKind.Documents, Expiry: { } life } => await Documents(store, life, stop),
        { Kind: StoreKind.Stream, Expiry: { } life } => stream is null ? Row(store, store.IsRecord ? "record" : "host", 0, 0) : Stream(store, stream(store), life),
        _ => await Blobs(store, stop),
    };

    private async ValueTask<RetentionRow> Documents(Store store, TimeSpan life, CancellationToken stop)
    {
        var (seen, late) = (0L, 0L);
        string? next = null;
        do
        {
            var page = (await documents.Scan(store, next, PageSize, stop)).Required(store);
            var latest = time.GetUtcNow() + life + Slack;
            seen += page.Items.Count;
            late += page.Items.Count(d => d.Expires is not { } end || end > latest);
            next = page.Next;
        }
        while (next is not null);
        return Row(store, "document", seen, late);
    }

    // A blob has no time of its own. Those that end are opened by a key that expires: one whose key is gone should be gone.
    private async ValueTask<RetentionRow> Blobs(Store store, CancellationToken stop)
    {
        var (seen, late) = (0L, 0L);
        string? next = null;
        do
        {
            var page = (await blobs.List(store, "", next, PageSize, stop)).Required(store);
            seen += page.Items.Count;
            foreach (var blob in page.Items)
                if (!await Exports.HasKey(documents, blob.Name, stop)) late++;
            next = page.Next;
        }
        while (next is not null);
        return Row(store, "key", seen, late);
    }

    private RetentionRow Stream(Store store, IEnumerable<DeliveredRecord> records, TimeSpan life)
    {
        var earliest = time.GetUtcNow() - life - Slack;
        var (seen, late) = (0L, 0L);
        foreach (var record in records)
        {
            seen++;
            if (record.Enqueued < earliest) late++;
        }

        return Row(store, "record", seen, late);
    }

    private static RetentionRow Row(Store store, string proof, long entries, long beyond) => new(store.Name, store.Kind.ToString().ToLowerInvariant(), store.Expiry?.TotalDays, proof, entries, beyond);
}

/// <param name="At">When it was looked.</param>
/// <param name="Beyond">Entries of all stores that are kept too long.</param>
/// <param name="Stores">One row for each.</param>
public sealed record RetentionReport(DateTimeOffset At, long Beyond, IReadOnlyList<RetentionRow> Stores);

/// <param name="Store">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Days">How long an entry may be kept; missing where it is kept for good.</param>
/// <param name="Proof">
/// <c>document</c> or <c>record</c>: every entry was looked at; <c>kept</c>: nothing expires; <c>host</c>: the hub's own
/// retention, which only its host can show; <c>key</c>: what opens each has not expired.
/// </param>
/// <param name="Entries">How many were looked at.</param>
/// <param name="Beyond">How many are kept too long.</param>
public sealed record RetentionRow(string Store, string Kind, double? Days, string Proof, long Entries, long Beyond);
