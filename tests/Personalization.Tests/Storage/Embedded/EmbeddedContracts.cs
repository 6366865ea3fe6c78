using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

public sealed class DocumentsInMemory : DocumentsContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: false);

    protected override ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Documents);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class DocumentsOnDisk : DocumentsContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: true);

    protected override ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Documents);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class DocumentsScaleInMemory : DocumentsScaleContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: false);

    protected override ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Documents);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class DocumentsScaleOnDisk : DocumentsScaleContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: true);

    protected override ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Documents);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class LedgerInMemory : LedgerContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: false);

    protected override ValueTask<ILedger> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Ledger);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class LedgerOnDisk : LedgerContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: true);

    protected override ValueTask<ILedger> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Ledger);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class BlobsInMemory : BlobsContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: false);

    protected override ValueTask<IBlobs> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Blobs);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class BlobsOnDisk : BlobsContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: true);

    protected override ValueTask<IBlobs> Open(StoreRegistry stores, TimeProvider clock) => new(engine.Open(stores, clock).Blobs);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class StreamInMemory : StreamContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: false);

    protected override ValueTask<IStream> Open(StoreRegistry stores, TimeProvider clock, int backlog) => new(engine.Open(stores, clock, backlog).Stream);

    protected override ValueTask<IReadOnlyList<StreamRecord>> Published(Store hub, int partition) =>
        new([.. engine.Last.Stream.Read(hub, partition, 0, 100_000).Records.Select(r => new StreamRecord(r.Key!, r.Body))]);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}

public sealed class StreamOnDisk : StreamContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: true);

    protected override ValueTask<IStream> Open(StoreRegistry stores, TimeProvider clock, int backlog) => new(engine.Open(stores, clock, backlog).Stream);

    protected override ValueTask<IReadOnlyList<StreamRecord>> Published(Store hub, int partition) =>
        new([.. engine.Last.Stream.Read(hub, partition, 0, 100_000).Records.Select(r => new StreamRecord(r.Key!, r.Body))]);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}
