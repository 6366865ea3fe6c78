using System.Text.Json;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Storage;

namespace Personalization.Tests.Popularity;

public sealed class PopularityCountTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Items_nobody_offers_are_not_counted() =>
        Assert.Equal("boot", Assert.Single(PopularityCount.Count(new(), [(0, Event("boot", "made-up"))], Catalogue("boot")).Items).Key);

    [Fact]
    public void The_longest_ids_there_can_be_still_fit_a_document()
    {
        // Every character takes six bytes in JSON.
        var ids = Enumerable.Range(0, 2000).Select(i => i.ToString("d4") + new string('é', ItemCheck.MaxId - 4)).ToArray();
        var shard = PopularityCount.Count(new(), [(0, Event(ids))], Catalogue(ids));
        Assert.Equal(PopularityShard.Kept, shard.Items.Count);
        Assert.True(JsonSerializer.SerializeToUtf8Bytes(shard, Stored.Default.PopularityShard).Length < Document.MaxBytes);
    }

    [Fact]
    public void The_strongest_are_kept()
    {
        var ids = Enumerable.Range(0, PopularityShard.Kept + 1).Select(i => $"i{i}").ToArray();
        var shard = PopularityCount.Count(new(), [(0, Event(ids)), (1, Event(ids[1..]))], Catalogue(ids));
        Assert.DoesNotContain("i0", shard.Items.Keys);
    }

    private static StreamedEvent Event(params string[] items) => new(new('a', 32), "view", At, items);

    private static CatalogueSnapshot Catalogue(params string[] items) => CatalogueSnapshot.Empty.With(items.Select(i => new Item { Id = i, Category = "c" }));
}
