using System.Globalization;
using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// The newest entries: a document for each batch that was appended at once, called by the index of its first entry and
/// written only where there is none. A batch stays within one segment, and a segment's batches are one partition.
/// </summary>
internal sealed class AuditTail(IDocuments documents)
{
    public static readonly Store Store = new(
        "audittail", StoreKind.Documents, "compliance", "Holds the newest entries of the audit log until a segment of them is full",
        Sensitivity.Pseudonymous, null, "the segment they will be part of", SubjectKey.Sealed);

    private const int PageSize = 200;
    private const int AtOnce = 32;

    public ValueTask<Outcome<Etag>> Put(long at, ReadOnlyMemory<byte> batch, CancellationToken stop) =>
        documents.Put(Store, Partition(at / SegmentTile.Leaves), Id(at), batch, Condition.Absent, null, stop);

    /// <summary>The batch that begins here; null where none does.</summary>
    public async ValueTask<List<Framed>?> Get(long at, CancellationToken stop)
    {
        var found = await documents.Get(Store, Partition(at / SegmentTile.Leaves), Id(at), stop);
        return found.Status == Status.NotFound ? null : Frames.Read(found.Required(Store).Body);
    }

    /// <summary>Takes back a batch whose place turned out to be taken; one that cannot be is never read.</summary>
    public async ValueTask TakeBack(long at, Etag written, CancellationToken stop) =>
        await documents.Delete(Store, Partition(at / SegmentTile.Leaves), Id(at), Condition.Matches(written), stop);

    /// <summary>A segment's entries from its beginning up to where a batch is missing.</summary>
    public async ValueTask<List<Framed>> Chain(long segment, CancellationToken stop)
    {
        var (entries, next) = (new List<Framed>(), segment * SegmentTile.Leaves);
        await foreach (var (at, body) in Batches(segment, stop))
        {
            if (at != next) continue;
            entries.AddRange(Frames.Read(body));
            next = (segment * SegmentTile.Leaves) + entries.Count;
        }

        return entries;
    }

    /// <summary>Deletes what a segment's blobs hold now.</summary>
    public async ValueTask Drop(long segment, CancellationToken stop)
    {
        var places = new List<long>();
        await foreach (var (at, _) in Batches(segment, stop)) places.Add(at);
        foreach (var some in places.Chunk(AtOnce))
            await Task.WhenAll(some.Select(at => documents.Delete(Store, Partition(segment), Id(at), Condition.None, stop).AsTask()));
    }

    private async IAsyncEnumerable<(long At, ReadOnlyMemory<byte> Body)> Batches(long segment, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (string? next = null; ;)
        {
            var page = (await documents.List(Store, Partition(segment), next, PageSize, stop)).Required(Store);
            foreach (var d in page.Items) yield return (long.Parse(d.Id, CultureInfo.InvariantCulture), d.Body);
            if ((next = page.Next) is null) yield break;
        }
    }

    private static string Partition(long segment) => segment.ToString("D12", CultureInfo.InvariantCulture);

    // Fixed width, so that the order of the names is that of the entries.
    private static string Id(long at) => at.ToString("D16", CultureInfo.InvariantCulture);
}
