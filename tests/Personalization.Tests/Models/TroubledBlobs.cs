using Personalization.Storage;

namespace Personalization.Tests.Models;

/// <summary>Blobs whose reading goes wrong, or waits, as a test has it.</summary>
internal sealed class TroubledBlobs(IBlobs real) : IBlobs
{
    public Func<Outcome<ReadOnlyMemory<byte>>>? Get { get; set; }

    public Func<Task>? Before { get; init; }

    async ValueTask<Outcome<ReadOnlyMemory<byte>>> IBlobs.Get(Store folder, string name, CancellationToken stop)
    {
        if (Before is not null) await Before();
        return Get is null ? await real.Get(folder, name, stop) : Get();
    }

    public ValueTask<Outcome<BlobInfo>> Put(Store folder, string name, ReadOnlyMemory<byte> body, CancellationToken stop) => real.Put(folder, name, body, stop);

    public ValueTask<Outcome<BlobInfo>> Head(Store folder, string name, CancellationToken stop) => real.Head(folder, name, stop);

    public ValueTask<Outcome<bool>> Delete(Store folder, string name, CancellationToken stop) => real.Delete(folder, name, stop);

    public ValueTask<Outcome<Page<BlobInfo>>> List(Store folder, string prefix, string? next, int max, CancellationToken stop) => real.List(folder, prefix, next, max, stop);
}
