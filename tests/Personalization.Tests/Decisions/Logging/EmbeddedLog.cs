using System.Diagnostics.Metrics;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>A decision log in the embedded engine, with what names and notes decisions.</summary>
internal sealed class EmbeddedLog : IAsyncDisposable
{
    private EmbeddedLog(EmbeddedStorage storage, TimeProvider clock, Meter meter)
    {
        (Storage, Records) = (storage, new DecisionRecords(storage.Stream));
        (Ids, Writer) = (new(new MemorySecrets(), clock), new(Records, DecisionLogOptions.Read(new([])), clock, meter));
        Book = new(Ids, Writer, clock);
    }

    public EmbeddedStorage Storage { get; }

    public DecisionRecords Records { get; }

    public DecisionIds Ids { get; }

    public DecisionLogWriter Writer { get; }

    public OutcomeBook Book { get; }

    public static async Task<EmbeddedLog> Open(TimeProvider clock, Meter meter)
    {
        var log = new EmbeddedLog(InMemory.Storage(clock), clock, meter);
        await log.Ids.Preload(default);
        return log;
    }

    /// <summary>All that was noted to have come of somebody's decisions.</summary>
    public async Task<IReadOnlyList<OutcomeRecord>> Noted(Subject subject)
    {
        await Writer.Flush(default);
        var noted = new List<OutcomeRecord>();
        await foreach (var record in Records.Of(subject, default))
            if (OutcomeRecord.Read(record.Body.Span) is { } outcome) noted.Add(outcome);
        return noted;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
