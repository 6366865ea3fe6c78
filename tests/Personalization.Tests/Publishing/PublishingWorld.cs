using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Consent;
using Personalization.Publishing;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Publishing;

/// <summary>One store and as many processes over it as a test wants; what they publish is a text that must not be "bad" or "worse".</summary>
internal sealed class PublishingWorld : IAsyncDisposable
{
    private readonly Meter meter = new("publishing");
    private readonly MeterListener listener = new();
    private long broken;

    public PublishingWorld()
    {
        Storage = InMemory.Storage(Clock);
        listener.InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); };
        listener.SetMeasurementEventCallback<long>((_, by, _, _) => Interlocked.Add(ref broken, by));
        listener.Start();
    }

    public ManualClock Clock { get; } = new();

    public EmbeddedStorage Storage { get; }

    /// <summary>How often something broken was told of.</summary>
    public long Broken => Interlocked.Read(ref broken);

    public Published<string> Process(IDocuments? documents = null) => new(documents ?? Storage.Documents, new("words", "none", Compile), Clock, meter);

    /// <summary>A process that has looked once.</summary>
    public async Task<Published<string>> Started()
    {
        var process = Process();
        await process.Loaded(default);
        return process;
    }

    public static ReadOnlyMemory<byte> Body(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Publishes, as somebody else, one text after the other.</summary>
    public async Task Published(params string[] texts)
    {
        var process = Process();
        foreach (var text in texts) await process.Publish(Body(text), default);
    }

    /// <summary>Writes over what is stored, which nobody ever does.</summary>
    public async Task Damage(string id, string with = "bad") =>
        (await Storage.Documents.Put(PolicyRecord.Store, "words", id, Body(with), Condition.None, null, default)).Required(PolicyRecord.Store);

    public async Task Lose(string id) => await Storage.Documents.Delete(PolicyRecord.Store, "words", id, Condition.None, default);

    /// <summary>Looks, as a reader's look in the background would.</summary>
    public async Task<string> Later(Published<string> process)
    {
        Clock.Advance(TimeSpan.FromSeconds(5));
        return await process.Fresh(default);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        meter.Dispose();
        await Storage.DisposeAsync();
    }

    private static string? Compile(int version, ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span) switch
    {
        "bad" => null,
        "worse" => throw new FormatException(),
        var text => $"{version}:{text}",
    };
}
