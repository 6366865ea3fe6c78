using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Storage.Embedded;

/// <summary>
/// The four storage contracts on plain files, or in memory. One per directory; dispose it to close the files in good order,
/// although a process that dies instead loses nothing that was acknowledged.
/// </summary>
public sealed class EmbeddedStorage : IAsyncDisposable
{
    private readonly IDisposable directoryLock;
    private readonly Journal journal;
    private readonly StreamLogs stream;
    private readonly EmbeddedBlobs blobs;
    private readonly Erasure erasure;
    private readonly List<ITimer> timers = [];
    private readonly List<CutTail> cut = [];
    private Task sweeping = Task.CompletedTask;
    private bool disposed;

    private EmbeddedStorage(IFiles files, EmbeddedOptions options, StoreRegistry stores, TimeProvider clock, IDisposable directoryLock)
    {
        this.directoryLock = directoryLock;
        blobs = new(files, stores.All);
        journal = new(files, options, new JournalState(stores.All), clock, cut);
        stream = new(files, options, stores.All, clock, cut);
        erasure = new(stores, files, journal, stream, blobs);
        Documents = new EmbeddedDocuments(journal, clock, Opening());
        Ledger = new EmbeddedLedger(journal);
        Stream = new(stream, new StreamCheckpoints(journal, stream.All.SelectMany(l => l.Hubs)));
        StartTimers(files, options, clock);
    }

    public IDocuments Documents { get; }

    public ILedger Ledger { get; }

    public IBlobs Blobs => blobs;

    public EmbeddedStream Stream { get; }

    /// <summary>What a crash had left unacknowledged and the start has cut off, for the log.</summary>
    public IReadOnlyList<CutTail> Cut => cut;

    /// <exception cref="StorageStartException">The directory is taken, cannot be written or is damaged.</exception>
    public static EmbeddedStorage Open(EmbeddedOptions options, StoreRegistry stores, TimeProvider clock) =>
        Open(options.Directory is null ? new MemoryFiles() : new DiskFiles(options.Directory), options, stores, clock);

    /// <summary>
    /// Deletes everything the declared stores hold about a subject and returns when its bytes are off the disk: journal,
    /// snapshots, stream files and blobs. Rows of ledgers are deleted by themselves, before this. Anything but Ok: ask again.
    /// </summary>
    /// <param name="subject">The partition key, name prefix and record key.</param>
    /// <param name="keep">Documents of the subject that are to stay, by store and id: its tombstone.</param>
    /// <param name="stop">Gives up waiting; the work goes on.</param>
    public async ValueTask<Outcome<bool>> Erase(string subject, Func<Store, string, bool>? keep, CancellationToken stop)
    {
        Keys.Require(subject, nameof(subject));
        return await erasure.Request(subject, keep).WaitAsync(stop);
    }

    /// <summary>Returns when nothing that was deleted, replaced or expired before the call is in the journal's files.</summary>
    public async ValueTask<Outcome<bool>> Compact(CancellationToken stop) =>
        await journal.Compaction.Request().WaitAsync(stop) ? Outcome.Ok(true) : Outcome.Failed<bool>(Status.Unavailable);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true)) return;
        foreach (var timer in timers) await timer.DisposeAsync();
        await sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await erasure.DisposeAsync();
        await journal.DisposeAsync();
        await stream.DisposeAsync();
        blobs.Dispose();
        directoryLock.Dispose();
    }

    internal Journal Journal => journal;

    internal Erasure Erasures => erasure;

    /// <summary>The sweep under way, or the last one.</summary>
    internal Task Sweeping => sweeping;

    internal static EmbeddedStorage Open(IFiles files, EmbeddedOptions options, StoreRegistry stores, TimeProvider clock)
    {
        var taken = Lock(files);
        try
        {
            return new(files, options, stores, clock, taken);
        }
        catch (Exception refused)
        {
            taken.Dispose();
            if (refused is not (IOException or UnauthorizedAccessException)) throw;
            throw new StorageStartException(files.Name, 0, $"the disk refuses to be written: {refused.Message}", refused);
        }
    }

    private static IDisposable Lock(IFiles files)
    {
        try
        {
            return files.Lock();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new StorageStartException(files.Name, 0, "the directory cannot be written; give this process write access to it", refused);
        }
        catch (IOException refused)
        {
            throw new StorageStartException(files.Name, 0, "the directory is in use by another process, or cannot be written; stop the other process or choose another directory", refused);
        }
    }

    private void StartTimers(IFiles files, EmbeddedOptions options, TimeProvider clock)
    {
        var retention = stream.All.Select(log => new StreamRetention(log, files)).ToList();
        timers.Add(clock.CreateTimer(_ => Sweep(retention), null, options.SweepEvery, options.SweepEvery));
        if (options.Durability == Durability.Relaxed)
            timers.Add(clock.CreateTimer(_ => Sync(), null, options.RelaxedSyncEvery, options.RelaxedSyncEvery));
    }

    /// <summary>A sweep that takes longer than its period is not joined by another.</summary>
    private void Sweep(List<StreamRetention> retention)
    {
        if (!sweeping.IsCompleted) return;
        sweeping = Task.Run(async () =>
        {
            await journal.Sweep();
            foreach (var log in retention) await log.Run();
        });
    }

    private void Sync()
    {
        journal.Commit.Add(new SyncPending(journal.Log));
        foreach (var log in stream.All) log.Commit.Add(new SyncPending(log.Log));
    }

    private static ulong Opening()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
