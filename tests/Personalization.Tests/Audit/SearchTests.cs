using Personalization.Audit;
using Personalization.Audit.Merkle;

namespace Personalization.Tests.Audit;

/// <summary>Entries are found by type, time and person, page by page, in any segment.</summary>
public sealed class SearchTests : IAsyncDisposable
{
    private static readonly string[] Types = [AuditTypes.Merged, AuditTypes.Erased, AuditTypes.Exported];

    private readonly ManualClock clock = new();
    private readonly AuditWorld world;

    public SearchTests() => world = new(clock);

    [Fact]
    public async Task Every_search_finds_what_reading_everything_finds()
    {
        var parts = world.Open();
        var told = new List<(string Type, DateTimeOffset At, ulong Person)>();
        // Three segments of which each holds other people and another time.
        for (var part = 0; part < 5; part++)
        {
            var from = part;
            var some = Enumerable.Range(0, 2000).Select(i => (Type: Types[(i / 7) % 3], At: clock.GetUtcNow(), Person: (ulong)((from * 10) + (i % 5) + 1))).ToList();
            await AuditWorld.Fill(parts, some.Count, i => new(some[i].Type, AuditWorld.Person(some[i].Person), new Dictionary<string, string>(), new Dictionary<string, string> { ["n"] = "1" }));
            told.AddRange(some);
            clock.Advance(TimeSpan.FromHours(1));
        }

        await parts.Log.Sealer.Run(default);
        var start = told[0].At;
        foreach (var type in Types.Append(null))
        {
            foreach (var person in new ulong?[] { null, 3, 42, 777 })
            {
                foreach (var (from, to) in new (int?, int?)[] { (null, null), (1, 3), (4, null), (null, 1), (9, null) })
                {
                    var filter = new AuditFilter(type, from is { } f ? start.AddHours(f) : null, to is { } t ? start.AddHours(t) : null, null);
                    var expected = told.Count(e => (type is null || e.Type == type) && (person is null || e.Person == person) && (filter.From is not { } a || e.At >= a) && (filter.To is not { } b || e.At < b));
                    var found = new List<FoundEntry>();
                    for (long? next = 0; next is { } at;)
                    {
                        var page = await parts.Reader.Find(filter, person is { } p ? AuditWorld.Person(p) : null, at, 700, default);
                        Assert.True(page.Entries.Count <= 700 && (page.Next is null || page.Next > at));
                        found.AddRange(page.Entries);
                        next = page.Next;
                    }

                    Assert.Equal(expected, found.Count);
                    Assert.Equal(found.OrderBy(e => e.Index).Select(e => e.Index).Distinct(), found.Select(e => e.Index));
                    Assert.All(found, e => Assert.True((type is null || e.Type == type) && e.Sealed && (e.Personal is not null) == (person is not null)));
                }
            }
        }
    }

    [Fact]
    public async Task Segments_that_cannot_hold_it_are_not_opened()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, 3 * SegmentTile.Leaves);
        await parts.Log.Append(AuditWorld.Fact(1, AuditWorld.Person(1)), default);
        await parts.Log.Sealer.Run(default);
        var counted = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, int.MaxValue, after: false);
        var reader = world.Open(counted, counted);
        await reader.Log.End.ReadOn(default);
        var before = counted.Calls;
        Assert.Single((await reader.Reader.Find(new(null, null, null, null), AuditWorld.Person(1), 0, 10, default)).Entries);
        // The key, the end (2), three summaries, the tail and its summary.
        Assert.InRange(counted.Calls - before, 1, 9);
        before = counted.Calls;
        Assert.Equal(100, (await reader.Reader.Find(new(AuditTypes.RulesPromoted, null, null, null), null, 5000, 100, default)).Entries.Count);
        Assert.InRange(counted.Calls - before, 1, 9);
    }

    [Fact]
    public async Task A_long_search_that_finds_nothing_says_where_to_go_on()
    {
        var parts = world.Open();
        // With keys that are there already every fact is in the queue in the order in which it is told.
        await parts.Subjects.Of(AuditWorld.Person(1), default);
        await parts.Subjects.Of(AuditWorld.Person(2), default);
        await AuditWorld.Fill(parts, 10 * SegmentTile.Leaves, i => (i % SegmentTile.Leaves) switch
        {
            0 => AuditWorld.Fact(i, AuditWorld.Person(1)),
            1 => new(AuditTypes.Merged, AuditWorld.Person(2), new Dictionary<string, string>()),
            _ => AuditWorld.Fact(i),
        });
        await parts.Log.Sealer.Run(default);
        var filter = new AuditFilter(AuditTypes.Merged, null, null, null);
        var first = await parts.Reader.Find(filter, AuditWorld.Person(1), 0, 10, default);
        Assert.Equal((0, 8L * SegmentTile.Leaves), (first.Entries.Count, first.Next));
        Assert.Null((await parts.Reader.Find(filter, AuditWorld.Person(1), first.Next!.Value, 10, default)).Next);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();
}
