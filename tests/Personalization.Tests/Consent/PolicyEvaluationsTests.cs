using System.Diagnostics.Metrics;
using Personalization.Audit;
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
        var evaluations = Evaluations(storage.Documents, 1);
        evaluations.Note(Dropped);
        await evaluations.Flush(default);
        var entry = Assert.Single(await Kept());
        Assert.Equal((AuditTypes.PolicyEvaluated, clock.GetUtcNow(), true, true), (entry.Type, entry.At, entry.Tag.IsEmpty, entry.Sealed.IsEmpty));
        Assert.Equal(
            "at=2026-01-05T09:00:00.0000000+00:00 class=purchase granted=personalization needed=personalization sensitive outcome=denied policyVersion=1 region=US-CA",
            string.Join(' ', entry.Open.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}")));
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
        var evaluations = Evaluations(storage.Documents, 0);
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
        var evaluations = Evaluations(storage.Documents, 0.1);
        // 40 rounds of 250 stay below what the buffer holds.
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 250; i++) evaluations.Note(Dropped);
            await evaluations.Flush(default);
        }

        // 10,000 draws at 0.1: the standard deviation is 30, and eight of them are never left.
        Assert.InRange((await Kept()).Count, 760, 1240);
    }

    [Fact]
    public async Task A_sample_of_none_keeps_none_and_of_all_keeps_all()
    {
        var (never, always) = (Evaluations(storage.Documents, 0), Evaluations(storage.Documents, 1));
        for (var i = 0; i < 200; i++) never.Note(Dropped);
        await never.Flush(default);
        Assert.Empty(await Kept());
        for (var i = 0; i < 200; i++) always.Note(Dropped);
        await always.Flush(default);
        Assert.Equal(200, (await Kept()).Count);
    }

    [Fact]
    public async Task A_full_buffer_is_written_in_the_background()
    {
        var kept = new RecordingDocuments(storage.Documents);
        var evaluations = Evaluations(kept, 1);
        for (var i = 0; i < 256; i++) evaluations.Note(Dropped);
        await kept.Written.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await evaluations.Flush(default);
        Assert.Equal(256, (await Kept()).Count);
    }

    [Fact]
    public async Task Rows_do_not_wait_longer_than_a_minute_for_company()
    {
        var kept = new RecordingDocuments(storage.Documents);
        var evaluations = Evaluations(kept, 1);
        evaluations.Note(Dropped);
        clock.Advance(TimeSpan.FromMinutes(1));
        evaluations.Note(Dropped);
        await kept.Written.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_store_that_is_down_loses_nothing_until_the_buffer_is_full_and_holds_nobody_up()
    {
        var kept = new RecordingDocuments(storage.Documents) { Down = true };
        var evaluations = Evaluations(kept, 1);
        for (var i = 0; i < 100; i++) evaluations.Note(Dropped);
        await evaluations.Flush(default);
        for (var i = 0; i < PolicyEvaluations.Capacity + 2000; i++) evaluations.Note(Dropped);
        Assert.Empty(await Kept());
        kept.Down = false;
        await evaluations.Flush(default);
        Assert.Equal(100 + PolicyEvaluations.Capacity, (await Kept()).Count);
    }

    [Fact]
    public async Task Each_says_when_it_was_decided_whenever_it_is_written_and_also_when_the_clock_goes_back()
    {
        var evaluations = Evaluations(storage.Documents, 1);
        evaluations.Note(Dropped);
        clock.Advance(TimeSpan.FromHours(16));
        evaluations.Note(Dropped);
        evaluations.Note(Dropped);
        await evaluations.Flush(default);
        clock.Advance(TimeSpan.FromHours(-16));
        evaluations.Note(Dropped with { Outcome = EvaluationOutcome.Stripped });
        await evaluations.Flush(default);
        await evaluations.Flush(default);
        Assert.Equal(["2026-01-05T09", "2026-01-06T01", "2026-01-06T01", "2026-01-05T09"], (await Kept()).Select(e => e.Open["at"][..13]));
    }

    [Fact]
    public async Task One_whose_answer_is_lost_is_kept_once()
    {
        var kept = new RecordingDocuments(storage.Documents) { Forgets = 1 };
        var evaluations = Evaluations(kept, 1);
        for (var i = 0; i < 10; i++) evaluations.Note(Dropped);
        await evaluations.Flush(default);
        await evaluations.Flush(default);
        Assert.Equal((0, 10), (kept.Forgets, (await Kept()).Count));
    }

    [Fact]
    public void Noting_what_is_not_kept_allocates_nothing()
    {
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.Start();
        var evaluations = Evaluations(storage.Documents, 0);
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

    private PolicyEvaluations Evaluations(IDocuments documents, double sample) => new(InMemory.Audit(storage, clock, meter, documents), ConsentPolicyTests.Read(), sample, clock, meter);

    private Task<IReadOnlyList<AuditEntry>> Kept() => InMemory.Entries(InMemory.Audit(storage, clock, meter));

    private sealed class RecordingDocuments(IDocuments inner) : IDocuments
    {
        public TaskCompletionSource Written { get; } = new();

        public bool Down { get; set; }

        /// <summary>So many writes are done and not answered.</summary>
        public int Forgets { get; set; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            if (Down) return Outcome.Failed<Etag>(Status.Unavailable);
            var put = await inner.Put(store, partition, id, body, when, expiry, stop);
            Written.TrySetResult();
            if (Forgets == 0) return put;
            Forgets--;
            return Outcome.Failed<Etag>(Status.Unavailable);
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
