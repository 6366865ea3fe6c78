namespace Personalization.Storage;

/// <summary>Named artefacts, immutable once written: models, exports, certificates.</summary>
public interface IBlobs
{
    /// <summary>Writes a blob that does not exist yet; <see cref="Status.Conflict"/> if it does. The body's checksum is verified end to end.</summary>
    ValueTask<Outcome<BlobInfo>> Put(Store folder, string name, ReadOnlyMemory<byte> body, CancellationToken stop);

    ValueTask<Outcome<ReadOnlyMemory<byte>>> Get(Store folder, string name, CancellationToken stop);

    ValueTask<Outcome<BlobInfo>> Head(Store folder, string name, CancellationToken stop);

    ValueTask<Outcome<bool>> Delete(Store folder, string name, CancellationToken stop);

    /// <summary>Blobs whose name starts with a prefix, in order of name.</summary>
    ValueTask<Outcome<Page<BlobInfo>>> List(Store folder, string prefix, string? next, int max, CancellationToken stop);
}

public readonly record struct BlobInfo(string Name, long Length, Etag Etag);
