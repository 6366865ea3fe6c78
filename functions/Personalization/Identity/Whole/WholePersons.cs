using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Identity.Whole;

/// <summary>
/// What decisions have to know of a person known as several subjects, with each of these in one small document. Whoever is known
/// as one has none.
/// </summary>
/// <remarks>
/// It says nothing that identity events and the consent ledger do not, and can always be made from them again. Whoever changes
/// those does it between <see cref="Begin"/> and <see cref="Settle"/>: a crash in between leaves what allows less, and whoever
/// settles later, for whatever reason, puts it right. Documents are read before what they are made of and written only as they
/// were read; every change begins by writing them; so nobody can write what was true before a change over what is true after it.
/// </remarks>
public sealed class WholePersons(IDocuments documents, Linker linker, ConsentLedger consents, TimeProvider time)
{
    public static readonly Store Store = new(
        "persons", StoreKind.Documents, "identity", "Tells a decision in one read who is one person and what they allow as one",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(365), "the subject", SubjectKey.Partition);

    public const string Id = "person";

    /// <summary>After which nobody can be at work any more on a change that they began.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly Tombstones tombstones = new(documents);
    private readonly PersonGathering gathering = new(documents, linker, consents);

    /// <summary>Null for somebody known as one subject.</summary>
    /// <exception cref="InvalidDataException">Nobody can say what the person allows; settling makes the document anew.</exception>
    public async ValueTask<WholePerson?> Find(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Store, subject.ToString(), Id, stop);
        return found.Status == Status.NotFound ? null : Read(found.Required(Store).Body) ?? throw new InvalidDataException($"A document in '{Store.Name}' cannot be read.");
    }

    /// <summary>The same where one that cannot be read is made anew.</summary>
    public async ValueTask<WholePerson?> Healed(Subject subject, CancellationToken stop)
    {
        try { return await Find(subject, stop); }
        catch (InvalidDataException)
        {
            await Settle([subject], null, stop);
            return await Find(subject, stop);
        }
    }

    /// <summary>Null where a body cannot be read.</summary>
    public static WholePerson? Read(ReadOnlyMemory<byte> body) => Parse(body) is { } record ? WholePerson.Of(record) : null;

    internal static PersonRecord? Parse(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.PersonRecord) is { Sides: not null, Changes: not null } record ? record : null;

    /// <summary>Something is about to be changed that all of these persons hang on. Until it is settled they allow what holds before as well as after.</summary>
    /// <param name="subjects">One or more of each person.</param>
    /// <param name="change">By what it is settled; whoever does it over after a crash says the same.</param>
    /// <param name="denied">What one of them is about to refuse.</param>
    /// <param name="stop">Gives up.</param>
    public ValueTask Begin(IReadOnlyList<Subject> subjects, string change, Purposes denied, CancellationToken stop)
    {
        var begun = new UnderWay(change, time.GetUtcNow() + Longest, PurposeNames.Of(denied));
        return Write(subjects, known => [.. known.Where(c => c.Name != change), begun], stop);
    }

    /// <summary>Brings the documents of these persons to what is so now. May be done at any time.</summary>
    /// <param name="subjects">One or more of each person.</param>
    /// <param name="change">Which is done, or was not; null for none.</param>
    /// <param name="stop">Gives up.</param>
    public ValueTask Settle(IReadOnlyList<Subject> subjects, string? change, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        return Write(subjects, known => [.. known.Where(c => c.Name != change && c.Until > now)], stop);
    }

    /// <summary>Settles two who are one person where one of them does not carry that.</summary>
    public async ValueTask Join(Subject one, Subject other, CancellationToken stop)
    {
        foreach (var subject in new[] { one, other })
        {
            var found = await documents.Get(Store, subject.ToString(), Id, stop);
            if (found.Ok && Read(found.Value.Body) is { IsSettled: true } whole && whole.Members.Contains(one) && whole.Members.Contains(other)) continue;
            await Settle([one, other], null, stop);
            return;
        }
    }

    private async ValueTask Write(IReadOnlyList<Subject> subjects, Func<IReadOnlyList<UnderWay>, List<UnderWay>> changes, CancellationToken stop)
    {
        for (var attempt = 1; !await TryWrite(await gathering.Of(subjects, stop), changes, stop); attempt++) await Backoff.Pause(attempt, Store, time, stop);
    }

    private async ValueTask<bool> TryWrite(GatheredPersons gathered, Func<IReadOnlyList<UnderWay>, List<UnderWay>> changes, CancellationToken stop)
    {
        var erased = new HashSet<Subject>();
        foreach (var (subject, _) in gathered.Documents)
            if (await tombstones.Stands(subject, stop)) erased.Add(subject);
        var open = changes(gathered.Changes);
        foreach (var (subject, there) in gathered.Documents)
        {
            var record = erased.Contains(subject) ? null : gathered.RecordOf(subject, erased, open);
            if (!await Put(subject, there, record, stop)) return false;
        }

        return true;
    }

    // False where somebody else wrote since it was read.
    private async ValueTask<bool> Put(Subject subject, Document? there, PersonRecord? record, CancellationToken stop)
    {
        var (key, when) = (subject.ToString(), there is { } known ? Condition.Matches(known.Etag) : Condition.Absent);
        if (record is null)
        {
            if (there is null) return true;
            var deleted = await documents.Delete(Store, key, Id, when, stop);
            if (deleted.Status is Status.Conflict) return false;
            if (deleted.Status != Status.NotFound) deleted.Required(Store);
            return true;
        }

        var body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(record, Stored.Default.PersonRecord);
        if (there is { } same && same.Body.Span.SequenceEqual(body)) return true;
        var written = await documents.Put(Store, key, Id, body, when, Expiry(there, record), stop);
        if (written.Status is Status.Conflict or Status.NotFound) return false;
        written.Required(Store);
        return true;
    }

    // Kept as long as the merges it tells of: those of which nothing is new are not kept longer for it.
    private TimeSpan? Expiry(Document? there, PersonRecord record)
    {
        if (there is not { Expires: { } until } || Parse(there.Value.Body) is not { } before) return null;
        var known = before.Sides.Where(s => s.IsMember).Select(s => s.Subject).ToHashSet();
        return record.Sides.All(s => !s.IsMember || known.Contains(s.Subject)) ? DocumentUpdate.Left(until, time) : null;
    }
}
