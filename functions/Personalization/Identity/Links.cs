using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>
/// Which aliases are somebody's, and why: by this a person's aliases are found again when they are to be explained or to
/// be deleted. One document for each person and epoch, which ends with the epoch.
/// </summary>
public sealed class Links(IDocuments documents, TimeProvider time)
{
    public static readonly Store Store = new(
        "links", StoreKind.Documents, "identity", "Explains by what a person is recognized, and finds all of it when it is to be deleted",
        Sensitivity.Pseudonymous, Aliases.Longest, "the subject", SubjectKey.Partition);

    /// <summary>More than anybody has. What comes beyond belongs to somebody else, or to nobody.</summary>
    public const int Most = 64;

    /// <summary>False where there is no room.</summary>
    public async ValueTask<bool> Add(Subject subject, Epoch epoch, LinkRow row, CancellationToken stop)
    {
        var full = false;
        await DocumentUpdate.Run(documents, Store, subject.ToString(), epoch.Book, body => With(body, row, Most, out full), time, stop);
        return !full;
    }

    /// <summary>The same for a link they had under an older epoch, for which there always is room.</summary>
    public async ValueTask Carry(Subject subject, Epoch epoch, LinkRow row, CancellationToken stop) =>
        await DocumentUpdate.Run(documents, Store, subject.ToString(), epoch.Book, body => With(body, row, int.MaxValue, out _), time, stop);

    /// <summary>What was noted of an alias; null where nothing was.</summary>
    public async ValueTask<LinkRow?> Find(Subject subject, Epoch epoch, string alias, CancellationToken stop)
    {
        var found = await documents.Get(Store, subject.ToString(), epoch.Book, stop);
        return found.Status == Status.NotFound ? null : Rows(found.Required(Store).Body).FirstOrDefault(r => r.Alias == alias);
    }

    /// <summary>What a person is recognized by, by epoch.</summary>
    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<LinkRow>>> Of(Subject subject, CancellationToken stop)
    {
        var books = new Dictionary<string, IReadOnlyList<LinkRow>>(StringComparer.Ordinal);
        string? next = null;
        do
        {
            var page = (await documents.List(Store, subject.ToString(), next, 100, stop)).Required(Store);
            foreach (var book in page.Items) books[book.Id] = Rows(book.Body);
            next = page.Next;
        }
        while (next is not null);
        return books;
    }

    /// <summary>Undoes <see cref="Add"/>. A book with nothing in it goes: nobody is left who is known by nothing.</summary>
    internal ValueTask Remove(Subject subject, Epoch epoch, string alias, CancellationToken stop) => Remove(subject.ToString(), epoch.Book, alias, stop);

    /// <summary>The same in a book as it was found.</summary>
    internal async ValueTask Remove(string partition, string book, string alias, CancellationToken stop)
    {
        await DocumentUpdate.Run(documents, Store, partition, book, body => Without(body, alias), time, stop);
        var left = await documents.Get(Store, partition, book, stop);
        if (left.Status == Status.NotFound || Rows(left.Required(Store).Body).Count > 0) return;
        var deleted = await documents.Delete(Store, partition, book, Condition.Matches(left.Value.Etag), stop);
        if (deleted.Status is not (Status.NotFound or Status.Conflict)) deleted.Required(Store);
    }

    private static ReadOnlyMemory<byte>? With(ReadOnlyMemory<byte>? body, LinkRow row, int most, out bool full)
    {
        var rows = body is { } there ? Rows(there) : [];
        var known = rows.Any(r => r.Alias == row.Alias);
        full = !known && rows.Count >= most;
        if (known || full) return null;
        return JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<LinkRow>>([.. rows, row], Stored.Default.IReadOnlyListLinkRow);
    }

    private static ReadOnlyMemory<byte>? Without(ReadOnlyMemory<byte>? body, string alias)
    {
        if (body is not { } there || Rows(there).All(r => r.Alias != alias)) return null;
        return JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<LinkRow>>([.. Rows(there).Where(r => r.Alias != alias)], Stored.Default.IReadOnlyListLinkRow);
    }

    private static IReadOnlyList<LinkRow> Rows(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.IReadOnlyListLinkRow) ?? [];
}

/// <summary>That an alias is somebody's.</summary>
/// <param name="Alias">The alias.</param>
/// <param name="Link">The number that stands for the identifier under every salt.</param>
/// <param name="Namespace">The kind of identifier behind it.</param>
/// <param name="Source">The keyed hash of the event it was first seen in; 0 where there was none.</param>
/// <param name="Authenticated">Whether they had signed in.</param>
/// <param name="At">When it was first seen.</param>
public sealed record LinkRow(string Alias, ulong Link, string Namespace, ulong Source, bool Authenticated, DateTimeOffset At);
