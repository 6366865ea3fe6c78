using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Candidates;
using Personalization.Popularity;
using Personalization.Segments;

namespace Personalization.Tests.Segments;

/// <summary>Lists that were prepared hold the catalogue they were made of, so those nobody can use any more go.</summary>
public sealed class PreparedPoolsTests
{
    private readonly ManualClock clock = new();
    private readonly Shelf shelf = Shelf.Of(CatalogueSnapshot.Empty, PopularItems.None);

    [Fact]
    public void What_is_over_goes_when_another_is_made()
    {
        var pools = new PreparedPools(100, clock);
        for (var n = 1; n <= 3; n++) pools.Keep(Key(n), Made(shelf, 600), 0);
        pools.Keep(Key(4), Made(shelf, 1200), 599);
        Assert.Equal(4, pools.Count);
        pools.Keep(Key(5), Made(shelf, 1200), 600);
        Assert.Equal(2, pools.Count);
    }

    [Fact]
    public void What_was_made_of_another_shelf_goes_when_one_is_made_of_the_new()
    {
        var pools = new PreparedPools(100, clock);
        for (var n = 1; n <= 3; n++) pools.Keep(Key(n), Made(shelf, 600), 0);
        var newer = Shelf.Of(CatalogueSnapshot.Empty, PopularItems.None);
        pools.Keep(Key(9), Made(newer, 600), 1);
        Assert.Equal(1, pools.Count);
        Assert.NotNull(pools.Find(Key(9), newer, 2));
    }

    private static PreparedKey Key(int shape) => new(DecisionEngine.Homepage, (ulong)shape, 0, Segment.Everybody);

    private static Prepared Made(Shelf of, long until) => new(of, new(1), 0, [], until);
}
