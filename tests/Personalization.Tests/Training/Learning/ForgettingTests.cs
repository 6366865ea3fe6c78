using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>A model learned without somebody is, to the bit, the one of a shop they never came to.</summary>
public sealed class ForgettingTests
{
    private const int Items = 70;

    public static TheoryData<string> Families => ["als", "als exact", "ease", "graph", "cooccurrence", "blend"];

    [Theory]
    [MemberData(nameof(Families))]
    public void Somebody_left_out_leaves_no_trace_whether_their_number_is_kept_or_not(string family)
    {
        var all = Shops.Rows(300, Items, 1);
        foreach (var gone in new[] { 0, 17, 299 })
        {
            var emptied = all.Select((r, p) => p == gone ? [] : r);
            var never = all.Where((_, p) => p != gone);
            Assert.Equal(Hash(family, never), Hash(family, emptied));
            Assert.NotEqual(Hash(family, all), Hash(family, emptied));
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void People_numbered_otherwise_make_the_same_model(string family)
    {
        var all = Shops.Rows(300, Items, 2);
        var shuffled = all.ToArray();
        new Random(1).Shuffle(shuffled);
        Assert.Equal(Hash(family, all), Hash(family, shuffled));
    }

    [Theory]
    [InlineData("popularity"), InlineData("repeat")]
    public void What_is_counted_forgets_as_well(string family)
    {
        var all = Shops.Rows(100, Items, 3);
        var (emptied, never) = (Interactions.Of(all.Select((r, p) => p == 5 ? [] : r), Items), Interactions.Of(all.Where((_, p) => p != 5), Items));
        Assert.Equal(Shops.Scores(Shops.Learn(family, never), Items, [1], [1f]), Shops.Scores(Shops.Learn(family, emptied), Items, [1], [1f]));
        Meeting[] met = [.. all.SelectMany((r, p) => r.Select(m => new Meeting(p, m.Item, p + m.Item, 1))).Where(m => m.Person != 99)];
        Assert.Equal(
            Shops.Scores(CountedLately.Learn(met, 99, Items, 60), Items, [], []), Shops.Scores(CountedLately.Learn(met, 100, Items, 60), Items, [], []));
    }

    [Fact]
    public void The_order_is_made_of_what_was_met_and_loses_nothing()
    {
        var people = Interactions.Of([[(2, 1f)], [], [(0, 1f), (2, 2f)], [(0, 1f)], [(0, 1f), (2, 1f)]], 3);
        var ordered = people.Ordered();
        Assert.Equal((4, 3, 6), (ordered.Rows, ordered.Width, ordered.Count));
        Assert.Equal([[0], [0, 2], [0, 2], [2]], Enumerable.Range(0, 4).Select(r => ordered.ColumnsOf(r).ToArray()));
        Assert.Equal([[1f], [1, 1], [1, 2], [1]], Enumerable.Range(0, 4).Select(r => ordered.WeightsOf(r).ToArray()));
        var again = ordered.Turned().Turned().Ordered();
        for (var row = 0; row < 4; row++) Assert.Equal(ordered.WeightsOf(row).ToArray(), again.WeightsOf(row).ToArray());
        for (var row = 0; row < 4; row++) Assert.Equal(ordered.WeightsOf(row).ToArray(), ordered.Ordered().WeightsOf(row).ToArray());
    }

    private static string Hash(string family, IEnumerable<(int, float)[]> rows) => Shops.Hash(Shops.Learn(family, Interactions.Of(rows, Items)), Items);
}
