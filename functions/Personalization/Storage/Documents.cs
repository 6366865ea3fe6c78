namespace Personalization.Storage;

/// <summary>(container, partition, id) → bytes with an etag. One aggregate is one document, guarded by its etag.</summary>
public interface IDocuments
{
    ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop);

    /// <param name="store">Where.</param>
    /// <param name="partition">The partition key.</param>
    /// <param name="id">The name within the partition.</param>
    /// <param name="body">At most <see cref="Document.MaxBytes"/>.</param>
    /// <param name="when">What must hold for the write to happen.</param>
    /// <param name="expiry">Time to live from now; null takes the store's default.</param>
    /// <param name="stop">Gives up waiting.</param>
    ValueTask<Outcome<Etag>> Put(
        Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop);

    /// <summary>Deleting what is not there is <see cref="Status.NotFound"/>, which callers that repeat themselves take as done.</summary>
    ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop);

    /// <summary>One partition's live documents in order of id, a page at a time; pass the page's <c>Next</c> to go on.</summary>
    ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop);

    /// <summary>
    /// Every live document of the container, in resumable pages. A document that exists for the whole scan is seen
    /// at least once; one written meanwhile may be seen or not.
    /// </summary>
    ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop);
}

public readonly record struct Document(string Partition, string Id, ReadOnlyMemory<byte> Body, Etag Etag)
{
    /// <summary>What fits Cosmos DB's 2 MiB item even as base64, so that nothing works on a laptop only.</summary>
    public const int MaxBytes = 3 * 512 * 1024 - 16 * 1024;

    /// <summary>When it is gone by itself; null where it stays.</summary>
    public DateTimeOffset? Expires { get; init; }
}

/// <param name="Items">The entries of this page; may be empty although more follow.</param>
/// <param name="Next">Where the next page begins, or null after the last one.</param>
public readonly record struct Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>The version of a document or blob: a number in the embedded engine, an opaque text in Azure.</summary>
public readonly record struct Etag(ulong Number, string? Text = null);

/// <summary>What must hold for a write to happen.</summary>
public readonly record struct Condition(ConditionKind Kind, Etag Etag)
{
    public static Condition None => new(ConditionKind.None, default);

    public static Condition Absent => new(ConditionKind.Absent, default);

    public static Condition Matches(Etag etag) => new(ConditionKind.Matches, etag);
}

public enum ConditionKind : byte { None, Absent, Matches }
