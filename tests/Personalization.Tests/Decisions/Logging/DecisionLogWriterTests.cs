using System.Diagnostics.Metrics;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Tests.Decisions.Logging;

public sealed class DecisionLogWriterTests : IAsyncDisposable
{
    private const int Mega = 1024 * 1024;

    private readonly ManualClock clock = new();
    private readonly Meter meter = new("decisions-under-test");
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, long> counted = new(StringComparer.Ordinal);
    private readonly WaywardLog log = new();
    private int count;

    public DecisionLogWriterTests()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = tags.Length == 0 ? instrument.Name.Split('.')[^1] : $"{tags[0].Value}";
            lock (counted) counted[name] = counted.GetValueOrDefault(name) + value;
        });
        listener.Start();
    }

    [Fact]
    public async Task What_is_noted_is_written_with_the_next_beat_as_it_was_at_the_time()
    {
        var writer = Writer();
        writer.Start();
        var bytes = "shown"u8.ToArray();
        writer.Note(new(1), Id(), bytes);
        bytes.AsSpan().Clear();
        writer.Note(new(2), Id(), []);
        Assert.Empty(log.Kept);
        await Beat(writer);
        Assert.Equal([(new Subject(1), 1, "shown"), (new Subject(2), 2, "")], log.Kept);
        Assert.Equal(2, counted["written"]);
        await Beat(writer);
        Assert.Equal(1, log.Calls);
    }

    [Fact]
    public async Task A_store_that_is_down_for_a_while_loses_nothing()
    {
        var writer = Writer();
        writer.Start();
        log.Answer = Status.Unavailable;
        for (var minute = 0; minute < 59; minute++)
        {
            for (var n = 0; n < 10; n++) writer.Note(new(1), Id(), new byte[2_000]);
            await Beat(writer, TimeSpan.FromMinutes(1));
        }

        Assert.Empty(log.Kept);
        log.Answer = Status.Ok;
        await Beat(writer, TimeSpan.FromSeconds(6));
        Assert.Equal(Enumerable.Range(1, 590), log.Kept.Select(k => k.Number));
        Assert.Equal(590, counted["written"]);
        Assert.DoesNotContain("full", counted.Keys);
    }

    [Fact]
    public async Task A_store_that_is_down_is_asked_less_and_less_often()
    {
        var writer = Writer();
        writer.Start();
        log.Answer = Status.Throttled;
        writer.Note(new(1), Id(), [1]);
        for (var n = 0; n < 300; n++) await Beat(writer, TimeSpan.FromMilliseconds(200));
        // Pauses of 0.2, 0.4, 0.8, 1.6, 3.2 and then 5 seconds within a minute.
        Assert.InRange(log.Calls, 15, 18);
    }

    [Fact]
    public async Task When_the_buffer_is_full_the_oldest_go_and_are_counted()
    {
        var writer = Writer(4 * Mega);
        log.Answer = Status.Unavailable;
        for (var n = 0; n < 6_000; n++) writer.Note(new(1), Id(), new byte[1_000]);
        var lost = (int)counted["full"];
        // What does not fit goes, a chunk at a time: so many more than that as one chunk that is given up and one that is not full hold.
        var over = 6_000 - (4 * Mega / 1_000);
        Assert.InRange(lost, over, over + (2 * LoggedDecision.MaxBytes / 1_000));
        log.Answer = Status.Ok;
        Assert.True(await writer.Flush(default));
        Assert.Equal(Enumerable.Range(lost + 1, 6_000 - lost), log.Kept.Select(k => k.Number));
        Assert.Equal(6_000, counted["full"] + counted["written"]);
    }

    [Fact]
    public async Task After_an_hour_they_are_given_up()
    {
        var writer = Writer();
        writer.Start();
        log.Answer = Status.Unavailable;
        writer.Note(new(1), Id(), [1]);
        await Beat(writer);
        clock.Advance(TimeSpan.FromMinutes(30));
        writer.Note(new(1), Id(), [1]);
        clock.Advance(TimeSpan.FromMinutes(31));
        await writer.Writing;
        log.Answer = Status.Ok;
        await writer.Flush(default);
        Assert.Equal([2], log.Kept.Select(k => k.Number));
        Assert.Equal(1, counted["late"]);
    }

    [Fact]
    public async Task One_that_is_too_large_is_counted_and_holds_nobody_up()
    {
        var writer = Writer();
        writer.Note(new(1), Id(), [1]);
        writer.Note(new(1), Id(), new byte[LoggedDecision.MaxBytes + 1]);
        writer.Note(new(1), Id(), new byte[LoggedDecision.MaxBytes]);
        log.Largest = 1000;
        writer.Note(new(1), Id(), [1]);
        Assert.True(await writer.Flush(default));
        Assert.Equal([1, 4], log.Kept.Select(k => k.Number));
        Assert.Equal((2, 2), (counted["size"], counted["written"]));
    }

    [Fact]
    public async Task A_log_that_throws_is_one_that_is_down()
    {
        var writer = Writer();
        writer.Start();
        writer.Note(new(1), Id(), [1]);
        foreach (var trouble in new Exception[] { new IOException(), new OperationCanceledException(), new ObjectDisposedException("engine") })
        {
            log.Throws = trouble;
            await Beat(writer, TimeSpan.FromSeconds(6));
        }

        log.Throws = null;
        await Beat(writer, TimeSpan.FromSeconds(6));
        Assert.Equal([1], log.Kept.Select(k => k.Number));
    }

    [Fact]
    public async Task The_end_writes_the_rest()
    {
        var writer = Writer();
        writer.Start();
        for (var n = 0; n < 5_000; n++) writer.Note(new(1), Id(), new byte[1_000]);
        await writer.DisposeAsync();
        await writer.DisposeAsync();
        Assert.Equal(5_000, log.Kept.Count);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_ever_and_counts_what_it_leaves()
    {
        var writer = Writer();
        log.Answer = Status.Unavailable;
        writer.Note(new(1), Id(), [1]);
        writer.Note(new(1), Id(), [1]);
        var ending = writer.DisposeAsync().AsTask();
        while (!ending.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        await ending;
        Assert.Equal(2, counted["stopped"]);
    }

    [Fact]
    public async Task Callers_on_many_threads_lose_nothing_while_it_writes()
    {
        var writer = Writer();
        writer.Start();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(() =>
        {
            for (var n = 0; n < 5_000; n++) writer.Note(new((UInt128)t), new(((ulong)t << 32) + (uint)n, 7), new byte[(n % 900) + 1]);
        })));
        await writer.DisposeAsync();
        Assert.Equal(40_000, log.Kept.Count);
        foreach (var mine in log.Kept.GroupBy(k => k.Subject))
            Assert.Equal(Enumerable.Range(0, 5_000).Select(n => (n, (n % 900) + 1)), mine.Select(k => (k.Number, k.Body.Length)));
    }

    [Fact]
    public void Noting_allocates_nothing_but_the_head_of_a_chunk_now_and_then()
    {
        var writer = Writer(4 * Mega);
        var body = new byte[3_000];
        for (var n = 0; n < 2_000; n++) writer.Note(new(1), new(5, 5), body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 10_000; n++) writer.Note(new(1), new(5, 5), body);
        // 116 chunks are opened and given up: for each a small object, and what this test counts with.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        meter.Dispose();
        await Task.CompletedTask;
    }

    private async Task Beat(DecisionLogWriter writer, TimeSpan? time = null)
    {
        clock.Advance(time ?? TimeSpan.FromMilliseconds(200));
        await writer.Writing;
    }

    private DecisionId Id() => new((ulong)++count, 7);

    private DecisionLogWriter Writer(int buffer = 64 * Mega) => new(log, new(buffer, TimeSpan.FromMilliseconds(200)), clock, meter);
}
