using System.Globalization;
using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// The full segments: their entries and their hashes as blobs, and a summary of each. All three are functions of the
/// entries alone, so it does not matter who writes them or how often. A segment counts as sealed once its summary is there,
/// which is written last.
/// </summary>
internal sealed class AuditSegments(IDocuments documents, IBlobs blobs)
{
    public static readonly Store Store = new(
        "auditsegments", StoreKind.Blobs, "compliance", "Keeps the audit log for good: what happened, and the hashes that prove it",
        Sensitivity.Pseudonymous, null, "entries or hashes, and the segment", SubjectKey.Sealed);

    public static readonly Store Summaries = new(
        "auditsummaries", StoreKind.Documents, "compliance", "Says of each full segment of the audit log what its hash is and what may be found in it",
        Sensitivity.Pseudonymous, null, "one partition for all segments", SubjectKey.Sealed);

    private const string Partition = "segments";
    private const int PageSize = 100;

    public async ValueTask<SegmentSummary?> Summary(long segment, CancellationToken stop)
    {
        var found = await documents.Get(Summaries, Partition, Name(segment), stop);
        return found.Status == Status.NotFound ? null : SegmentSummary.Read(found.Required(Summaries).Body.Span);
    }

    /// <summary>The summaries of all sealed segments, in order and without a gap.</summary>
    /// <exception cref="InvalidDataException">One is missing: appending now would write over what it stood for.</exception>
    public async IAsyncEnumerable<SegmentSummary> All([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var segment = 0L;
        for (string? next = null; ;)
        {
            var page = (await documents.List(Summaries, Partition, next, PageSize, stop)).Required(Summaries);
            foreach (var d in page.Items)
            {
                if (d.Id != Name(segment)) throw new InvalidDataException($"The summary of segment {segment} of the audit log is missing; restore it from a backup.");
                segment++;
                yield return SegmentSummary.Read(d.Body.Span);
            }

            if ((next = page.Next) is null) yield break;
        }
    }

    public async ValueTask Put(long segment, IReadOnlyList<Framed> entries, CancellationToken stop)
    {
        var tile = SegmentTile.Of([.. entries.Select(e => e.Leaf)]);
        Written(await blobs.Put(Store, $"entries/{Name(segment)}", Frames.Write(entries), stop), Store);
        Written(await blobs.Put(Store, $"hashes/{Name(segment)}", tile.Memory, stop), Store);
        Written(await documents.Put(Summaries, Partition, Name(segment), SegmentSummary.Of(tile.Root, entries).ToBytes(), Condition.Absent, null, stop), Summaries);
    }

    public async ValueTask<List<Framed>> Entries(long segment, CancellationToken stop) =>
        Frames.Read((await blobs.Get(Store, $"entries/{Name(segment)}", stop)).Required(Store));

    public async ValueTask<SegmentTile> Tile(long segment, CancellationToken stop) =>
        SegmentTile.Read((await blobs.Get(Store, $"hashes/{Name(segment)}", stop)).Required(Store)) ?? throw new InvalidDataException($"The hashes of segment {segment} of the audit log are damaged; restore them from a backup.");

    // Who finds it written finds the same bytes.
    private static void Written<T>(Outcome<T> put, Store store)
    {
        if (put.Status != Status.Conflict) put.Required(store);
    }

    private static string Name(long segment) => segment.ToString("D12", CultureInfo.InvariantCulture);
}
