using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;
using static Personalization.Tests.Storage.Embedded.StreamCalls;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>What the embedded stream offers beyond publishing: following, replaying and checkpoints.</summary>
public sealed class ConsumptionTests
{
    private readonly Store hub = Declared.Stream(TimeSpan.FromHours(24)), brief = Declared.Stream(TimeSpan.FromHours(1));
    private readonly MemoryFiles files = new();
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Sequences_go_on_where_they_stopped_after_a_restart()
    {
        await using (var engine = Open()) await Publish(engine, hub, 2, "a", "b");
        await using var again = Open();
        await Publish(again, hub, 2, "c");
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], Read(again, hub, 2, 0));
        Assert.Equal((0, 3), again.Stream.Bounds(hub, 2));
    }

    [Fact]
    public async Task Any_range_can_be_replayed_whatever_others_published_in_between()
    {
        await using var engine = Open();
        for (var n = 0; n < 3_000; n++)
        {
            await Publish(engine, hub, n % 3, $"{n}", $"{n}'");
            if (n % 5 == 0) await Publish(engine, brief, n % 3, new string('x', 500));
        }
        Assert.Equal(Enumerable.Range(0, 2_000).Select(n => (long)n), Follow(engine, hub, 1, 0, 37).Select(r => r.Sequence));
        foreach (var from in new[] { 0, 1, 777, 1_998, 1_999 })
            Assert.Equal(Body(from, 1), Read(engine, hub, 1, from)[0]);
        Assert.Empty(Read(engine, hub, 1, 2_000));
        Assert.Empty(Read(engine, hub, 1, 5_000));

        static (long, string) Body(int sequence, int partition) => (sequence, $"{(sequence / 2 * 3) + partition}{(sequence % 2 == 0 ? "" : "'")}");
    }

    [Fact]
    public async Task A_consumer_that_waits_is_woken_by_the_next_record()
    {
        await using var engine = Open();
        var arrival = engine.Stream.Arrival(hub, 5, 0, default);
        Assert.False(arrival.IsCompleted);
        await Publish(engine, hub, 4, "elsewhere");
        Assert.False(arrival.IsCompleted);
        await Publish(engine, hub, 5, "here");
        await arrival;
        Assert.True(engine.Stream.Arrival(hub, 5, 0, default).IsCompleted);
        using var stop = new CancellationTokenSource();
        var cancelled = engine.Stream.Arrival(hub, 5, 1, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task Checkpoints_survive_a_restart_and_free_the_backlog()
    {
        var options = new EmbeddedOptions { StreamBacklog = 3 };
        await using (var engine = Open(options))
        {
            await Publish(engine, hub, 0, "a", "b", "c");
            Assert.Equal(3, engine.Stream.Backlog(hub));
            Assert.Equal(Status.Throttled, (await engine.Stream.Publish(hub, 0, [new("s", default)], default)).Status);
            await engine.Stream.Save(hub, "features", 0, 2, default);
            await engine.Stream.Save(hub, "audit", 0, 1, default);
            Assert.True((await engine.Stream.Publish(hub, 0, [new("s", default)], default)).Ok);
            Assert.Equal(Status.Throttled, (await engine.Stream.Publish(hub, 0, [new("s", default)], default)).Status);
        }
        await using var again = Open(options);
        Assert.Equal((2, 1, 0), (again.Stream.Checkpoint(hub, "features", 0), again.Stream.Checkpoint(hub, "audit", 0), again.Stream.Checkpoint(hub, "features", 1)));
        Assert.Equal(Status.Throttled, (await again.Stream.Publish(hub, 0, [new("s", default)], default)).Status);
        await again.Stream.Save(hub, "audit", 0, 4, default);
        Assert.True((await again.Stream.Publish(hub, 0, [new("s", default)], default)).Ok);
    }

    [Fact]
    public async Task A_reader_begins_at_a_time_without_missing_a_record_of_it()
    {
        var options = new EmbeddedOptions { SegmentBytes = 256 * 1024 };
        var chance = new Random(7);
        var (start, minutes) = (clock.GetUtcNow(), new List<int>());
        await using (var engine = Open(options))
        {
            // The clock is set back now and then.
            for (var n = 0; n < 400; n++)
            {
                minutes.Add((n * 2) + chance.Next(4));
                await Publish(EmbeddedAt(engine, start.AddMinutes(minutes[n])), hub, 0, new string('x', 4_000));
                await Publish(engine, hub, 1, "another");
            }

            Check(engine);
        }

        await using var again = Open(options);
        Check(again);

        void Check(EmbeddedStorage engine)
        {
            for (var minute = -1; minute < 803; minute += 7)
            {
                var (at, first) = (engine.Stream.At(hub, 0, start.AddMinutes(minute)), minutes.FindIndex(m => m >= minute));
                if (first < 0) first = minutes.Count;
                Assert.InRange(at, first - 40, first);
            }
        }
    }

    [Fact]
    public async Task One_key_is_read_up_to_a_time_and_pages_of_others_are_passed_over()
    {
        await using var engine = Open();
        for (var n = 0; n < 40; n++)
        {
            Assert.True((await engine.Stream.Publish(hub, 0, [new("other", new byte[400_000]), new("wanted", Declared.Utf8($"{n}"))], default)).Ok);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        var (found, pages, next) = (new List<string>(), 0, 0L);
        for (; next < 80; pages++)
        {
            var page = engine.Stream.Read(hub, 0, next, 500, "wanted", clock.GetUtcNow().AddMinutes(-10.5));
            found.AddRange(page.Records.Select(r => Declared.Text(r.Body)));
            next = page.Next;
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}"), found);
        Assert.InRange(pages, 2, 4);
    }

    [Fact]
    public async Task What_is_a_record_of_something_has_no_backlog()
    {
        var record = Declared.Stream(TimeSpan.FromHours(24)) with { IsRecord = true };
        await using var engine = EmbeddedStorage.Open(files, new EmbeddedOptions { StreamBacklog = 3 }, new StoreRegistry([hub, record]), clock);
        await Publish(engine, record, 0, "a", "b", "c", "d", "e");
        Assert.Equal(0, engine.Stream.Backlog(record));
        Assert.Equal(Status.Throttled, (await engine.Stream.Publish(hub, 0, [new("s", default), new("s", default), new("s", default), new("s", default)], default)).Status);
    }

    [Fact]
    public async Task Readers_follow_while_publishers_write_and_files_are_rewritten()
    {
        await using var engine = Open(new EmbeddedOptions { SegmentBytes = 64 * 1024 });
        var publishing = Task.Run(async () =>
        {
            for (var n = 0; n < 2_000; n++)
            {
                await Publish(engine, hub, 0, $"{n} {new string('x', 100)}");
                if (n % 500 == 0) await engine.Erase($"nobody{n}", null, default);
            }
        });
        var next = 0L;
        while (next < 2_000)
        {
            await engine.Stream.Arrival(hub, 0, next, default);
            foreach (var record in engine.Stream.Read(hub, 0, next, 50).Records)
            {
                Assert.Equal(next++, record.Sequence);
                Assert.StartsWith($"{record.Sequence} ", Declared.Text(record.Body));
            }
        }
        await publishing;
    }

    private EmbeddedStorage Open(EmbeddedOptions? options = null) =>
        EmbeddedStorage.Open(files, options ?? new(), new StoreRegistry([hub, brief]), clock);

    private EmbeddedStorage EmbeddedAt(EmbeddedStorage engine, DateTimeOffset now)
    {
        clock.Advance(now - clock.GetUtcNow());
        return engine;
    }
}
