using System.Text;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Identity.Graph;

/// <summary>What became of an append.</summary>
public enum Appended { Done = 1, Known, Full }

/// <summary>
/// The identity events of each subject, in books: one for each epoch of the salt, which is gone when the epoch is, one for
/// merges and, in a store of its own, one for cases. What concerns two subjects is in the books of both.
/// </summary>
public sealed class IdentityLog(IDocuments documents, TimeProvider time)
{
    public static readonly Store Store = new(
        "identity", StoreKind.Documents, "identity", "Says which subjects are one person, why, and what was undone, without any identifier",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(365), "the subject", SubjectKey.Partition);

    public static readonly Store Cases = new(
        "quarantine", StoreKind.Documents, "identity", "Puts links that may be wrong before a person instead of following them",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(365), "the subject", SubjectKey.Partition);

    /// <summary>Which two a merge or a case is about, for whoever has its name only.</summary>
    public static readonly Store Names = new(
        "identitynames", StoreKind.Documents, "identity", "Finds the two sides of a merge or a case by its name, so that it can be undone or answered",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(365), "the name of the merge or case", SubjectKey.Indexed);

    /// <summary>The book of merges.</summary>
    public const string MergesBook = "merges";

    /// <summary>The book of cases.</summary>
    public const string CasesBook = "cases";

    /// <summary>Most events of a book: many more than a person causes, and few enough to be read for a decision.</summary>
    public const int MaxEvents = 256;

    /// <summary>Most subjects whose books are read for one question; beyond them likely edges and cases are left out, never merges.</summary>
    public const int MaxSubjects = 64;

    private const int PageSize = 100;
    private const string Pair = "pair";

    private static readonly Store[] Both = [Store, Cases];
    private readonly Links links = new(documents, time);

    /// <summary>Adds events to a book of a subject; those in it change nothing. <see cref="Appended.Full"/> adds none.</summary>
    public ValueTask<Appended> Append(Subject subject, string book, IReadOnlyList<IdentityEvent> events, TimeSpan? expiry, CancellationToken stop) =>
        Append(subject, book, events, _ => expiry, stop);

    /// <summary>
    /// Brings to one side what a crash left with the other only. It is kept as long as it is there, or as what it is added to:
    /// nothing happened now that either could be kept longer for.
    /// </summary>
    public async ValueTask Complete(BookedEvent missing, CancellationToken stop) =>
        await Append(missing.Holder, missing.Book, [missing.Event], known => Longer(known?.Expires, missing.Expires) is { } until ? DocumentUpdate.Left(until, time) : null, stop);

    private async ValueTask<Appended> Append(Subject subject, string book, IReadOnlyList<IdentityEvent> events, Func<Document?, TimeSpan?> expiry, CancellationToken stop)
    {
        if (events.Count == 0) return Appended.Known;
        var outcome = Appended.Done;
        var store = StoreOf(book);
        // The name first: what is stored can then always be found by it.
        foreach (var e in events)
            if (Naming.NameOf(e) is var (name, from, into)) await Name(name, from, into, stop);
        await DocumentUpdate.Run(
            documents, store, subject.ToString(), book,
            body =>
            {
                var kept = body is { } bytes ? Parse(bytes, store) : [];
                var known = kept.Select(GraphText.Of).ToHashSet(StringComparer.Ordinal);
                var fresh = events.Where(e => known.Add(GraphText.Of(e))).ToList();
                outcome = fresh.Count == 0 ? Appended.Known : kept.Count + fresh.Count > MaxEvents ? Appended.Full : Appended.Done;
                if (outcome != Appended.Done) return null;
                return JsonSerializer.SerializeToUtf8Bytes([.. kept, .. fresh], Stored.Default.ListIdentityEvent);
            },
            expiry, time, stop);
        return outcome;
    }

    /// <summary>Every event in a subject's books, with the book it is in; that its aliases are its own is among them.</summary>
    public async ValueTask<IReadOnlyList<BookedEvent>> Read(Subject subject, CancellationToken stop)
    {
        var found = new List<BookedEvent>();
        foreach (var (book, rows) in await links.Of(subject, stop))
            found.AddRange(rows.Select(r => new BookedEvent(subject, book, new Linked(r.At, subject, r.Link, new(r.Namespace, r.Source, r.Authenticated, r.At)))));
        foreach (var store in Both)
        {
            string? next = null;
            do
            {
                var page = (await documents.List(store, subject.ToString(), next, PageSize, stop)).Required(store);
                foreach (var document in page.Items) found.AddRange(Parse(document.Body, store).Select(e => new BookedEvent(subject, document.Id, e) { Expires = document.Expires }));
                next = page.Next;
            }
            while (next is not null);
        }

        return found;
    }

    /// <summary>The two sides of a merge or a case; null where nobody knows it.</summary>
    public async ValueTask<(Subject From, Subject Into)?> Find(string name, CancellationToken stop)
    {
        var found = await documents.Get(Names, name, Pair, stop);
        if (found.Status == Status.NotFound) return null;
        var sides = Encoding.ASCII.GetString(found.Required(Names).Body.Span).Split(' ');
        return sides.Length == 2 && SubjectText.TryParse(sides[0], out var from) && SubjectText.TryParse(sides[1], out var into) ? (from, into) : null;
    }

    /// <summary>Makes known which two a merge is about before it is decided; see <see cref="Unname"/>.</summary>
    public async ValueTask Name(string name, Subject from, Subject into, CancellationToken stop) =>
        (await documents.Put(Names, name, Pair, Encoding.ASCII.GetBytes($"{from} {into}"), Condition.None, null, stop)).Required(Names);

    /// <summary>Takes a name back of which nothing came.</summary>
    public async ValueTask Unname(string name, CancellationToken stop)
    {
        var deleted = await documents.Delete(Names, name, Pair, Condition.None, stop);
        if (deleted.Status != Status.NotFound) deleted.Required(Names);
    }

    /// <summary>Everything about the people these subjects are part of, and about whoever shares an identifier with them.</summary>
    public async ValueTask<IReadOnlyList<BookedEvent>> Around(IReadOnlyList<Subject> subjects, CancellationToken stop)
    {
        var (seen, events) = (new HashSet<Subject>(subjects), new List<BookedEvent>());
        var (joined, near) = (new Queue<Subject>(subjects), new Queue<Subject>());
        while (joined.TryDequeue(out var subject) || (seen.Count <= MaxSubjects && near.TryDequeue(out subject)))
        {
            foreach (var booked in await Read(subject, stop))
            {
                events.Add(booked);
                // What merges name must be followed to the end: half a cluster would have none of its conflicts.
                if (booked.Event is Merged m) Follow(joined, m.From, m.Into);
                else if (booked.Event is Linked l) Follow(near, l.Subject);
                else if (booked.Event is Quarantined q) Follow(near, q.From, q.Into);
            }
        }

        return events;

        void Follow(Queue<Subject> queue, params ReadOnlySpan<Subject> named)
        {
            foreach (var subject in named)
                if (seen.Add(subject)) queue.Enqueue(subject);
        }
    }

    /// <summary>
    /// Leaves nothing of a subject, also not in the books of those it was merged, asked about or seen together with: an event
    /// that names it would otherwise be brought back to it. May be stopped and done again.
    /// </summary>
    public async ValueTask Forget(Subject subject, CancellationToken stop)
    {
        var own = await Read(subject, stop);
        foreach (var other in own.SelectMany(b => Naming.Of(b.Event)).Where(s => s != subject).Distinct())
        {
            foreach (var book in (await Read(other, stop)).Select(b => b.Book).Distinct(StringComparer.Ordinal))
                await Strike(StoreOf(book), other.ToString(), book, subject, stop);
        }

        foreach (var e in own)
            if (Naming.NameOf(e.Event) is var (name, _, _)) await Unname(name, stop);

        // Last, because they say where else to look.
        foreach (var book in own.Select(b => b.Book).Distinct(StringComparer.Ordinal))
        {
            var deleted = await documents.Delete(StoreOf(book), subject.ToString(), book, Condition.None, stop);
            if (deleted.Status != Status.NotFound) deleted.Required(StoreOf(book));
        }
    }

    /// <summary>Takes a subject out of one book of somebody else, which is kept no longer for that; false where it was not in there.</summary>
    internal ValueTask<bool> Strike(Store store, string holder, string book, Subject subject, CancellationToken stop) =>
        DocumentUpdate.RunWithin(documents, store, holder, book, body => Without(subject, body, store), time, stop);

    /// <summary>Subjects with cases, a page at a time, each case once; a page may be empty although more follow.</summary>
    public async ValueTask<Page<QuarantineCase>> Quarantine(string? next, int max, CancellationToken stop)
    {
        var page = (await documents.Scan(Cases, next, max, stop)).Required(Cases);
        return new([.. page.Items.SelectMany(d => CasesOf(d.Partition, Parse(d.Body, Cases)))], page.Next);
    }

    private static DateTimeOffset? Longer(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private static Store StoreOf(string book) => book == CasesBook ? Cases : Store;

    private static ReadOnlyMemory<byte>? Without(Subject subject, ReadOnlyMemory<byte>? body, Store store)
    {
        if (body is not { } bytes) return null;
        var kept = Parse(bytes, store);
        var left = Naming.Without(kept, subject);
        if (left.Count == kept.Count) return null;
        return JsonSerializer.SerializeToUtf8Bytes(left, Stored.Default.ListIdentityEvent);
    }

    private static IEnumerable<QuarantineCase> CasesOf(string partition, List<IdentityEvent> events) =>
        IdentityGraph.Of(events, new([])).Cases.Where(c => c.Asked.From.ToString() == partition);

    // A log that cannot be read may have said that two are not one: better no answer than a wrong one.
    private static List<IdentityEvent> Parse(ReadOnlyMemory<byte> body, Store store) =>
        Stored.Read(body, Stored.Default.ListIdentityEvent) ?? throw new InvalidDataException($"A book in '{store.Name}' cannot be read.");
}

/// <param name="Holder">In whose log it is.</param>
/// <param name="Book">The book it is in.</param>
/// <param name="Event">What happened.</param>
public sealed record BookedEvent(Subject Holder, string Book, IdentityEvent Event)
{
    /// <summary>Until when its book is kept; null where nobody says.</summary>
    public DateTimeOffset? Expires { get; init; }
}
