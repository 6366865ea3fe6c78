using FsCheck;
using FsCheck.Fluent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Profiles;

namespace Personalization.Tests.Profiles;

/// <summary>Whatever comes again and in whatever order live and replay meet, each record counts once and none is lost.</summary>
public sealed class MarksTests
{
    [Fact]
    public void A_record_counts_once()
    {
        var marks = new Marks();
        Assert.True(marks.Take(Live(5), EventType.View));
        Assert.False(marks.Take(Live(5), EventType.View));
        Assert.False(marks.Take(Live(4), EventType.View));
        Assert.True(marks.Take(Live(6), EventType.View));
    }

    [Fact]
    public void A_hub_that_was_made_anew_is_not_ignored_and_comes_again_to_no_effect()
    {
        var marks = new Marks();
        marks.Take(Live(100), EventType.View);
        Assert.True(marks.Take(Live(0, enqueued: 1000), EventType.View));
        Assert.False(marks.Take(Live(0, enqueued: 1000), EventType.View));
        Assert.True(marks.Take(Live(1, enqueued: 1001), EventType.View));
        Assert.False(marks.Take(Live(0, enqueued: 1000), EventType.View));
    }

    [Fact]
    public void Partitions_are_counted_apart()
    {
        var marks = new Marks();
        Assert.True(marks.Take(Live(5), EventType.View));
        Assert.True(marks.Take(Live(5) with { Partition = 9 }, EventType.View));
        Assert.False(marks.Take(Live(5) with { Partition = 9 }, EventType.View));
    }

    [Fact]
    public void A_profile_that_was_never_lost_takes_nothing_of_a_replay_it_has_seen()
    {
        var marks = new Marks();
        for (var i = 0; i < 10; i++) marks.Take(Live(i), EventType.View);
        Assert.DoesNotContain(Enumerable.Range(0, 10), i => marks.Take(Replay(i), EventType.View));
    }

    [Fact]
    public void Replays_of_one_kind_do_not_keep_another_kind_out()
    {
        var marks = new Marks();
        marks.Take(Live(100), EventType.View);
        Assert.True(marks.Take(Replay(50), EventType.View));
        Assert.True(marks.Take(Replay(20), EventType.Purchase));
        Assert.False(marks.Take(Replay(50), EventType.View));
    }

    /// <summary>
    /// A profile was lost when the live stream stood somewhere. Replays of all kinds or of one, each a range from the beginning,
    /// run before, between and after live deliveries; all is delivered again now and then.
    /// </summary>
    [Fact]
    public void In_any_order_of_live_and_replay_nothing_counts_twice_and_nothing_is_lost() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var kinds = Enumerable.Range(0, 40).Select(_ => (EventType)random.Next(1, 4)).ToArray();
            var lost = random.Next(0, 40);
            var marks = new Marks();
            var counted = new int[40];
            var live = lost;
            while (live < 40 || random.Next(4) != 0)
            {
                if (random.Next(2) == 0)
                {
                    var from = Math.Max(lost, live - random.Next(0, 5));
                    live = Math.Min(40, live + random.Next(0, 8));
                    for (var i = from; i < live; i++) Take(marks, Live(i), kinds[i], counted);
                }
                else
                {
                    var only = random.Next(3) == 0 ? (EventType)random.Next(1, 4) : default;
                    var to = random.Next(0, 41);
                    for (var i = 0; i < to; i++)
                        if (only == default || kinds[i] == only) Take(marks, Replay(i), kinds[i], counted);
                }
            }

            for (var i = 0; i < 40; i++) Take(marks, Replay(i), kinds[i], counted);
            return counted.All(c => c == 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Marks_are_read_back_as_they_were_written()
    {
        var marks = new Marks();
        marks.Take(Live(7), EventType.View);
        marks.Take(Replay(3), EventType.View);
        var bytes = new byte[Marks.MaxBytes];
        var length = marks.Write(bytes);
        var read = new Marks();
        Assert.True(read.Read(bytes.AsSpan(0, length), marks.Live, marks.Replays));
        Assert.False(read.Take(Live(7), EventType.View));
        Assert.False(read.Take(Replay(3), EventType.View));
        Assert.True(read.Take(Replay(4), EventType.View));
    }

    [Fact]
    public void More_partitions_than_there_is_room_for_push_out_the_oldest()
    {
        var marks = new Marks();
        for (var p = 0u; p <= Marks.MaxLive; p++) marks.Take(new(p, 1, 100 + p, false, false), EventType.View);
        Assert.Equal(Marks.MaxLive, marks.Live);
        Assert.Null(marks.LastOf(0));
    }

    private static void Take(Marks marks, Arrival a, EventType kind, int[] counted)
    {
        if (marks.Take(a, kind)) counted[a.Sequence]++;
    }

    private static Arrival Live(long sequence, long? enqueued = null) => new(3, sequence, enqueued ?? sequence, false, false);

    private static Arrival Replay(long sequence) => new(3, sequence, sequence, true, false);
}
