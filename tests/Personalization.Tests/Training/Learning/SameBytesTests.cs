using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>The same people and the same seed make the same file, to the bit.</summary>
public sealed class SameBytesTests
{
    private const int Items = 90;
    private static readonly Interactions People = Shops.Drawn(400, Items, 1);

    [Theory]
    [InlineData("als"), InlineData("als exact"), InlineData("ease"), InlineData("graph"), InlineData("cooccurrence"), InlineData("blend")]
    public void Whatever_the_number_of_threads_and_however_often(string family)
    {
        var hash = Shops.Hash(Shops.Learn(family, People, 1), Items);
        foreach (var threads in new[] { 1, 2, 3 }) Assert.Equal(hash, Shops.Hash(Shops.Learn(family, People, threads), Items));
    }

    [Theory]
    [InlineData("als", false), InlineData("als exact", false), InlineData("blend", false), InlineData("graph", false), InlineData("ease", true), InlineData("cooccurrence", true)]
    public void Another_seed_makes_another_one_where_something_is_drawn(string family, bool same) =>
        Assert.Equal(same, Shops.Hash(Shops.Learn(family, People, seed: 1), Items) == Shops.Hash(Shops.Learn(family, People, seed: 2), Items));
}
