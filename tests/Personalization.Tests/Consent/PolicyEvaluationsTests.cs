using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Consent;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Consent;

/// <summary>Every consent decision is counted, a share is kept, and neither holds anything up.</summary>
public sealed class PolicyEvaluationsTests : IAsyncDisposable
{
    private static readonly Evaluation Dropped = new(EvaluationOutcome.Denied, SignalClass.Purchase, Purposes.Personalization, Region.TryParse("US-CA", out var ca) ? ca : default);

    private readonly Meter meter = new("evaluations-test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    public PolicyEvaluationsTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task A_kept_row_says_what_was_decided_and_of_nobody()
    {
        var kept = new RecordingLedger(storage.Ledger);
        var evaluations = Evaluations(kept, 1);
        evaluations.Note(Dropped);
        await evaluations.Flush(default);
        var (partition, row) = Assert.Single(kept.Rows);
        Assert.StartsWith("20260105-", partition, StringComparison.Ordinal);
        Assert.Equal("""{"at":"2026-01-05T09:00:00+00:00","outcome":"denied","class":"purchase","needed":["personalization","sensitive"],"granted":["personalization"],"policyVersion":1,"region":"US-CA"}""", row);
    }

    [Fact]
    public void All_are_counted_with_few_and_fixed_labels()
    {
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, n, tags, _) =>
        {
            var key = string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
            seen[key] = seen.GetValueOrDefault(key) + n;
        });
        listener.Start();
        var evaluations = Evaluations(storage.Ledger, 0);
        evaluations.Note(Dropped);
        evaluations.Note(Dropped);
        evaluations.Note(new(EvaluationOutcome.Allowed, SignalClass.Interaction, Purposes.All, Region.Unknown));
        evaluations.Note(new((EvaluationOutcome)9, (SignalClass)99, Purposes.None, Region.Unknown));
        Assert.Equal(
            [("outcome=allowed class=interaction purpose=none regime=opt-in", 1), ("outcome=denied class=purchase purpose=sensitive regime=opt-out", 2), ("outcome=other class=other purpose=personalization regime=opt-in", 1)],
            seen.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value)));
    }

    [Fact]
    public async Task A_share_is_kept()
    {
        var kept = new RecordingLedger(storage.Ledger);
        var evaluations = Evaluations(kept, 0.1);
        // 40 rounds of 250 stay below what the buffer holds.
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 250; i++) evaluations.Note(Dropped);
            await evaluations.Flush(default);
        }

        // 10,000 draws at 0.1: the standard deviation is 30, and eight of them are never left.
        Assert.InRange(kept.Rows.Count, 760, 1240);
    }

    [Fact]
    public async Task A_sample_of_none_keeps_none_and_of_all_keeps_all()
    {
        var (none, all) = (new RecordingLedger(storage.Ledger), new RecordingLedger(storage.Ledger));
        var (never, always) = (Evaluations(none, 0), Evaluations(all, 1));
        for (var i = 0; i < 200; i++)
        {
            never.Note(Dropped);
            always.Note(Dropped);
        }

        await never.Flush(default);
        await always.Flush(default);
        Assert.Equal((0, 200), (none.Rows.Count, all.Rows.Count));
    }

    [Fact]
    public async Task A_full_buffer_is_written_in_the_background()
    {
        var kept = new RecordingLedger(storage.Ledger);
        var evaluations = Evaluations(kept, 1);
        for (var i = 0; i < 256; i++) evaluations.Note(Dropped);
        await kept.Written.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await evaluations.Flush(default);
        Assert.Equal(256, kept.Rows.Count);
    }

    [Fact]
    public async Task Rows_do_not_wait_longer_than_a_minute_for_company()
    {
        var kept = new RecordingLedger(storage.Ledger);
        var evaluations = Evaluations(kept, 1);
        evaluations.Note(Dropped);
        clock.Advance(TimeSpan.FromMinutes(1));
        evaluations.Note(Dropped);
        await kept.Written.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_store_that_is_down_loses_nothing_until_the_buffer_is_full_and_holds_nobody_up()
    {
        var kept = new RecordingLedger(storage.Ledger) { Down = true };
        var evaluations = Evaluations(kept, 1);
        for (var i = 0; i < 100; i++) evaluations.Note(Dropped);
        await evaluations.Flush(default);
        for (var i = 0; i < 3000; i++) evaluations.Note(Dropped);
        Assert.Empty(kept.Rows);
        kept.Down = false;
        await evaluations.Flush(default);
        Assert.Equal(100 + PolicyEvaluations.Capacity, kept.Rows.Count);
    }

    [Fact]
    public async Task Each_day_has_a_partition_also_when_the_clock_goes_back()
    {
        var kept = new RecordingLedger(storage.Ledger);
        var evaluations = Evaluations(kept, 1);
        evaluations.Note(Dropped);
        clock.Advance(TimeSpan.FromHours(16));
        evaluations.Note(Dropped);
        evaluations.Note(Dropped);
        await evaluations.Flush(default);
        clock.Advance(TimeSpan.FromHours(-16));
        evaluations.Note(Dropped with { Outcome = EvaluationOutcome.Stripped });
        await evaluations.Flush(default);
        await evaluations.Flush(default);
        Assert.Equal(["20260105", "20260106", "20260106", "20260105"], kept.Rows.Select(r => r.Partition[..8]));
        Assert.Equal(3, kept.Rows.Select(r => r.Partition).Distinct().Count());
    }

    [Fact]
    public void Noting_what_is_not_kept_allocates_nothing()
    {
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.Start();
        var evaluations = Evaluations(storage.Ledger, 0);
        for (var i = 0; i < 100; i++) evaluations.Note(Dropped);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) evaluations.Note(Dropped);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    public async ValueTask DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }

    private PolicyEvaluations Evaluations(ILedger ledger, double sample) => new(new(ledger), ConsentPolicyTests.Read(), sample, clock, meter);

    private sealed class RecordingLedger(ILedger inner) : ILedger
    {
        public List<(string Partition, string Row)> Rows { get; } = [];

        public TaskCompletionSource Written { get; } = new();

        public bool Down { get; set; }

        public async ValueTask<Outcome<long>> Append(Store ledger, string partition, long at, IReadOnlyList<ReadOnlyMemory<byte>> rows, CancellationToken stop)
        {
            if (Down) return Outcome.Failed<long>(Status.Unavailable);
            var appended = await inner.Append(ledger, partition, at, rows, stop);
            if (appended.Ok) Rows.AddRange(rows.Select(r => (partition, Encoding.UTF8.GetString(r.Span))));
            Written.TrySetResult();
            return appended;
        }

        public ValueTask<Outcome<IReadOnlyList<LedgerRow>>> Read(Store ledger, string partition, long from, int max, CancellationToken stop) => inner.Read(ledger, partition, from, max, stop);
    }
}
