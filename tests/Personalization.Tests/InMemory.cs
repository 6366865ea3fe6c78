using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Functions;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests;

/// <summary>The embedded engine without a disk, with the stores of the product.</summary>
internal static class InMemory
{
    public static EmbeddedStorage Storage(TimeProvider clock, int partitions = 8, long backlog = 1_000_000) =>
        EmbeddedStorage.Open(new EmbeddedOptions { StreamPartitions = partitions, StreamBacklog = backlog }, Composition.Stores, clock);

    /// <summary>An audit log over it, with other documents or blobs where a test has its own.</summary>
    public static AuditLog Audit(EmbeddedStorage storage, TimeProvider clock, Meter meter, IDocuments? documents = null, IBlobs? blobs = null) =>
        new(documents ?? storage.Documents, blobs ?? storage.Blobs, new(documents ?? storage.Documents), clock, meter);

    /// <summary>Everything in an audit log, in order.</summary>
    public static async Task<IReadOnlyList<AuditEntry>> Entries(AuditLog log)
    {
        var entries = new List<AuditEntry>();
        for (var size = await log.End.ReadOn(default); entries.Count < size;)
        {
            var segment = entries.Count / SegmentTile.Leaves;
            var frames = segment < log.End.Sealed ? await log.Segments.Entries(segment, default) : await log.Tail.Chain(segment, default);
            entries.AddRange(frames.Select(f => EntryBytes.Read(f.Entry)!));
        }

        return entries;
    }
}
