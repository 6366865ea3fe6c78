using Personalization.Audit.Merkle;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>Finds entries. Segments that cannot hold what is asked for are passed over by their summary, and one call does a bounded amount of work.</summary>
public sealed class AuditReader(AuditLog log, AuditKeys keys)
{
    private const int MaxSummaries = 512;
    private const int MaxSegments = 8;

    /// <summary>The entries of a segment, as many as there are.</summary>
    internal async ValueTask<List<Framed>> Segment(long segment, CancellationToken stop)
    {
        if (segment < log.End.Sealed) return await log.Segments.Entries(segment, stop);
        var chain = await log.Tail.Chain(segment, stop);
        // Sealed meanwhile by somebody else, who may have deleted what was listed.
        return await log.Segments.Summary(segment, stop) is null ? chain : await log.Segments.Entries(segment, stop);
    }

    /// <summary>Entries from an index on. Where <c>Next</c> is given the search goes on from there, also after a page without any.</summary>
    /// <param name="asked">What is looked for.</param>
    /// <param name="subject">About whom; whoever has no key, or none any more, is nowhere in the log.</param>
    /// <param name="from">The first index to look at.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<FoundEntries> Find(AuditFilter asked, Subject? subject, long from, int max, CancellationToken stop)
    {
        var key = subject is { } s ? await keys.Find(s, stop) : null;
        if (subject is not null && key is null) return new([], null);
        var (size, filter, found) = (await log.End.ReadOn(stop), asked with { About = key }, new List<FoundEntry>());
        for (var (at, summaries, segments) = (from, 0, 0); at < size; at = ((at / SegmentTile.Leaves) + 1) * SegmentTile.Leaves)
        {
            var segment = at / SegmentTile.Leaves;
            if (summaries++ == MaxSummaries) return new(found, at);
            if (segment < log.End.Sealed && await log.Segments.Summary(segment, stop) is { } summary && !summary.MayHold(filter)) continue;
            if (segments++ == MaxSegments) return new(found, at);
            foreach (var (i, frame) in (await Segment(segment, stop)).Index().Skip((int)(at % SegmentTile.Leaves)))
            {
                var index = (segment * SegmentTile.Leaves) + i;
                if (EntryBytes.Read(frame.Entry) is not { } entry || !filter.Takes(entry)) continue;
                if (found.Count == max) return new(found, index);
                found.Add(FoundEntry.Of(index, entry, key is null ? null : EntryBytes.Personal(frame.Entry, entry, key)));
            }
        }

        return new(found, null);
    }
}

/// <param name="Entries">In the order of the log.</param>
/// <param name="Next">Where to go on; null at the end.</param>
public sealed record FoundEntries(IReadOnlyList<FoundEntry> Entries, long? Next);

/// <summary>An entry for who reads it.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="At">When.</param>
/// <param name="Type">What kind of fact.</param>
/// <param name="About">The tag of the subject, in hexadecimal; missing where it is about nobody.</param>
/// <param name="Open">For every auditor.</param>
/// <param name="Personal">What is under the subject's key, where the search was for that subject.</param>
/// <param name="Sealed">Whether there is such a part.</param>
public sealed record FoundEntry(
    long Index, DateTimeOffset At, string Type, string? About, IReadOnlyDictionary<string, string> Open, IReadOnlyDictionary<string, string>? Personal, bool Sealed)
{
    public static FoundEntry Of(long index, AuditEntry entry, IReadOnlyDictionary<string, string>? personal) => new(
        index, entry.At, entry.Type, entry.Tag.IsEmpty ? null : Convert.ToHexStringLower(entry.Tag.Span), entry.Open, personal, !entry.Sealed.IsEmpty);
}
