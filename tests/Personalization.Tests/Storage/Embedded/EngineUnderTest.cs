using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Opens engines in memory or in a scratch directory and closes them with the test.</summary>
public sealed class EngineUnderTest(bool onDisk) : IAsyncDisposable
{
    private readonly Scratch? scratch = onDisk ? new() : null;
    private readonly List<EmbeddedStorage> opened = [];

    public EmbeddedStorage Open(StoreRegistry stores, TimeProvider clock, long backlog = 1_000_000)
    {
        var engine = EmbeddedStorage.Open(new EmbeddedOptions { Directory = scratch?.Path, StreamBacklog = backlog }, stores, clock);
        opened.Add(engine);
        return engine;
    }

    public EmbeddedStorage Last => opened[^1];

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in opened) await engine.DisposeAsync();
        scratch?.Dispose();
    }
}
