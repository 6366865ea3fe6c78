using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Messages.Caps;

/// <summary>The documents of caps, one for each subject.</summary>
public sealed class CapSheets(IDocuments documents)
{
    /// <summary>Longer than the longest window, and every showing writes anew.</summary>
    public static readonly Store Store = new(
        "caps", StoreKind.Documents, "decisions", "Counts how often which message was shown to somebody, so that it is not shown more often than it may be",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(35), "the subject", SubjectKey.Partition);

    private const string Id = "caps";

    /// <exception cref="StoreUnavailableException">It cannot be had.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async ValueTask<ReadSheet> Read(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Store, subject.ToString(), Id, stop);
        if (found.Status == Status.NotFound) return new(CapSheet.None, Condition.Absent);
        var body = found.Required(Store).Body;
        return new(CapDocument.Read(body) ?? throw new InvalidDataException($"A document in '{Store.Name}' cannot be read."), Condition.Matches(found.Value.Etag));
    }

    /// <summary>False where somebody else wrote meanwhile.</summary>
    public async ValueTask<bool> Write(Subject subject, CapSheet sheet, Condition when, CancellationToken stop)
    {
        var put = await documents.Put(Store, subject.ToString(), Id, CapDocument.Body(sheet), when, null, stop);
        if (put.Status == Status.Conflict) return false;
        put.Required(Store);
        return true;
    }

    /// <summary>What is known of one side, wherever that is, for who only tells it: damage says nothing and is no reason to fail.</summary>
    public async ValueTask<CapSheet> Of(Subject side, CancellationToken stop)
    {
        var known = CapSheet.None;
        try
        {
            var own = (await Read(side, stop)).Sheet;
            known = known.Knowing(side, own);
            return own.Home is { } home ? known.Knowing(side, (await Read(home, stop)).Sheet) : known;
        }
        catch (InvalidDataException) { return known; }
    }
}

/// <param name="Sheet">What it says; nothing where there is none.</param>
/// <param name="Unchanged">What must hold for it to be written.</param>
public readonly record struct ReadSheet(CapSheet Sheet, Condition Unchanged);
