namespace Personalization.Storage.Embedded;

/// <summary>The engine cannot open its directory. Names the file and the place in it, and says what is wrong.</summary>
public sealed class StorageStartException(string file, long offset, string reason, Exception? cause = null)
    : Exception($"Storage cannot start: {file}, byte {offset}: {reason}", cause)
{
    public string File { get; } = file;

    public long Offset { get; } = offset;
}

/// <summary>Something that was written and acknowledged can no longer be read as it was written.</summary>
public sealed class StorageDamagedException(string file, long offset, string reason)
    : Exception($"Storage is damaged: {file}, byte {offset}: {reason}")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;
}
