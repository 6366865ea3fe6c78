namespace Personalization.Storage.Embedded;

/// <summary>One version of a document. Never changes: readers hold it while writers replace it.</summary>
internal sealed class Entry(string id, byte[] body, ulong version, long expiresAt)
{
    /// <summary>What a record takes beside its keys and body, for deciding when to compact.</summary>
    private const int RecordOverhead = 40;

    public string Id { get; } = id;

    public byte[] Body { get; } = body;

    public ulong Version { get; } = version;

    /// <summary>Unix milliseconds; <see cref="Never"/> keeps it.</summary>
    public long ExpiresAt { get; } = expiresAt;

    public const long Never = long.MaxValue;

    public bool LivesAt(long now) => now < ExpiresAt;

    public int RecordBytes(string partition) => RecordOverhead + partition.Length + Id.Length + Body.Length;

    public Document Document(string partition) => new(partition, Id, Body, new Etag(Version)) { Expires = ExpiresAt == Never ? null : DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt) };
}
