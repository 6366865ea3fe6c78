using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>
/// Writes tallies so that each counts once: first the tally under the number after the mark's, then the mark. A crash
/// between the two leaves a tally nobody looks at, and the next attempt writes over it.
/// </summary>
public sealed class TallyBook(IDocuments documents, TimeProvider time)
{
    public async ValueTask<OpenMark> Open(uint partition, CancellationToken stop)
    {
        var found = await documents.Get(Statistics.Store, Statistics.Marks, Id(partition), stop);
        if (found.Status == Status.NotFound) return new(TallyMark.None(time.GetUtcNow()), Condition.Absent);
        var document = found.Required(Statistics.Store);
        // A mark that cannot be read begins anew: counts are worth less than the partition they would hold up.
        return new(TallyMark.Read(document.Body.Span) ?? TallyMark.None(time.GetUtcNow()), Condition.Matches(document.Etag));
    }

    /// <summary>False when someone else counted this partition meanwhile; what was counted then has to be looked at again.</summary>
    public async ValueTask<bool> Commit(uint partition, OpenMark before, TallyMark counted, Tally tally, CancellationToken stop)
    {
        var mark = counted with { Ordinal = before.Mark.Ordinal + 1 };
        (await documents.Put(Statistics.Store, Statistics.Tallies, Statistics.TallyId(partition, mark.Ordinal), tally.Write(), Condition.None, null, stop)).Required(Statistics.Store);
        var written = await documents.Put(Statistics.Store, Statistics.Marks, Id(partition), mark.Write(), before.When, null, stop);
        if (written.Status == Status.Conflict) return false;
        written.Required(Statistics.Store);
        return true;
    }

    private static string Id(uint partition) => $"{partition:x8}";
}

/// <summary>A mark as it was read, and what must hold for it to be written.</summary>
public readonly record struct OpenMark(TallyMark Mark, Condition When);
