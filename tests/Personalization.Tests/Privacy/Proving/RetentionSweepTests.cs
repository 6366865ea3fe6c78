using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Functions;
using Personalization.Privacy.Proving;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Privacy.Proving;

public sealed class RetentionSweepTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly Meter meter = new(nameof(RetentionSweepTests));
    private readonly EmbeddedStorage storage;

    public RetentionSweepTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task Every_store_has_a_row_and_what_is_kept_as_declared_is_no_fault()
    {
        await storage.Documents.Put(Profile.Store, "p", "a", "x"u8.ToArray(), Condition.None, null, default);
        await storage.Documents.Put(Profile.Store, "p", "b", "x"u8.ToArray(), Condition.None, TimeSpan.FromDays(1), default);
        var report = await Sweep();
        Assert.Equal(Composition.Stores.All.Select(s => s.Name), report.Stores.Select(r => r.Store));
        Assert.Equal((2L, 0L, 0L), (Row(report, "profiles").Entries, Row(report, "profiles").Beyond, report.Beyond));
    }

    [Fact]
    public async Task What_is_to_live_longer_than_its_store_declares_is_told_and_alarmed()
    {
        await storage.Documents.Put(Profile.Store, "p", "a", "x"u8.ToArray(), Condition.None, Profile.Store.Expiry!.Value + TimeSpan.FromHours(1), default);
        var report = await Sweep();
        Assert.Equal((1L, 1L), (Row(report, "profiles").Beyond, report.Beyond));
        Assert.Equal("1", Assert.Single(await InMemory.Entries(Audit()), e => e.Type == AuditTypes.RetentionProved).Open["beyond"]);
        Assert.Equal(1, await Gauge());
    }

    [Fact]
    public async Task Reports_are_kept_with_the_newest_first()
    {
        for (var day = 0; day < 3; day++)
        {
            await Sweep();
            clock.Advance(TimeSpan.FromDays(1));
        }

        var page = await new Findings(storage.Documents).RetentionReports(null, 2, default);
        Assert.Equal([clock.GetUtcNow().AddDays(-1), clock.GetUtcNow().AddDays(-2)], page.Items.Select(r => r.At));
        Assert.Single((await new Findings(storage.Documents).RetentionReports(page.Next, 2, default)).Items);
    }

    private readonly List<RetentionSweep> swept = [];

    private async Task<RetentionReport> Sweep()
    {
        swept.Add(new(Composition.Stores, storage.Documents, storage.Blobs, storage.Stream.Everything, new(storage.Documents), Audit(), clock, meter));
        return await swept[^1].Run(default);
    }

    private Task<long> Gauge()
    {
        var seen = 0L;
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => { if (i.Name == "personalization.retention.beyond") seen = value; });
        listener.Start();
        listener.RecordObservableInstruments();
        return Task.FromResult(seen);
    }

    private AuditLog Audit() => InMemory.Audit(storage, clock, meter);

    private static RetentionRow Row(RetentionReport report, string store) => report.Stores.Single(r => r.Store == store);

    public async ValueTask DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }
}
