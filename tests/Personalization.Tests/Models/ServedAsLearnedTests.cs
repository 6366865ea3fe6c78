using Personalization.Decisions.Scoring;
using Personalization.Models;
using Personalization.Tests.Training.Learning;
using Personalization.Training.Learning;

namespace Personalization.Tests.Models;

/// <summary>What a decision computes is what the recommender that was evaluated computes.</summary>
public sealed class ServedAsLearnedTests
{
    private const int Items = 120;
    private static readonly Interactions People = Shops.Drawn(400, Items, 1);

    public static TheoryData<string> Families => ["als", "als exact", "als weak", "ease", "graph", "cooccurrence", "blend"];

    [Theory]
    [MemberData(nameof(Families))]
    public void Scores_are_the_same_to_five_places(string family)
    {
        var learned = Learned(family);
        var served = ModelFile.Read("m", ModelFile.Write(Shops.Served(learned, Items)))!;
        var taste = new Taste();
        foreach (var count in new[] { 1, 2, 15, 16, 17, 50, 3 })
        {
            var wanted = Scores(learned, count, taste, served);
            for (var item = 0; item < Items; item++) Assert.Equal(Math.Clamp(wanted[item], 0, 1), taste.Of(Learn.Key(item)), 1e-5);
        }
    }

    /// <summary>Best first and of equals the lower place; what nothing speaks for is not listed where there are no vectors.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void The_best_are_those_that_sorting_all_finds(string family)
    {
        var learned = Learned(family);
        var (served, taste, into) = (Shops.Served(learned, Items), new Taste(), new Ranked[150]);
        foreach (var (count, wanted) in new[] { (1, 10), (5, 1), (20, 7), (50, 40), (50, 150), (2, 30) })
        {
            var scores = Scores(learned, count, taste, served);
            var found = taste.Best(into.AsSpan(0, wanted));
            int[] sorted = [.. Enumerable.Range(0, Items).Where(i => learned is not Neighbours || scores[i] > 0).OrderByDescending(i => scores[i]).Take(wanted)];
            Assert.Equal(sorted.Length, found);
            // Sums in another order differ in the last places, and so may the order of what is almost equal.
            for (var i = 0; i < found; i++) Assert.Equal(scores[sorted[i]], into[i].Score, 1e-5);
            for (var i = 0; i < found; i++) Assert.Equal(scores[into[i].Place], into[i].Score, 1e-5);
            Assert.Equal(found, into.AsSpan(0, found).ToArray().Select(b => b.Place).Distinct().Count());
            for (var i = 1; i < found; i++) Assert.True(into[i].Score <= into[i - 1].Score);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Nothing_is_allocated_after_the_first(string family)
    {
        var (served, taste, recent) = (Shops.Served(Learned(family), Items), new Taste(), Recent(40));
        var (into, item, least) = (new Ranked[100], Learn.Key(3), long.MaxValue);
        for (var run = 0; run < 11; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            taste.Begin(served, recent, Learn.Now);
            taste.Of(item);
            taste.Best(into);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void One_person_and_one_model_leave_nothing_for_the_next()
    {
        var (small, large) = (Shops.Served(Shops.Learn("ease", Shops.Drawn(50, 20, 2)), 20), Shops.Served(Learned("blend"), Items));
        var (used, into, wanted) = (new Taste(), new Ranked[30], new Ranked[30]);
        foreach (var (model, count) in new[] { (large, 50), (small, 3), (large, 2), (small, 10), (large, 1) })
        {
            var fresh = new Taste();
            foreach (var taste in new[] { used, fresh }) taste.Begin(model, Recent(count), Learn.Now);
            Assert.Equal(fresh.Best(wanted), used.Best(into));
            Assert.Equal(wanted, into);
            for (var item = 0; item < Items; item++) Assert.Equal(fresh.Of(Learn.Key(item)), used.Of(Learn.Key(item)));
        }
    }

    /// <summary>What comes to exactly nothing, and then to something again, counts once.</summary>
    [Fact]
    public void What_items_say_for_and_against_may_come_to_nothing_between()
    {
        var near = Neighbourhood.Of([0, 1, 2, 3, 3], [3, 3, 3], [1f, -1, 0.25f], 0);
        var (model, taste, into) = (FactorModel.Of("m", Learn.At, Learn.Keys(4), near, 1), new Taste(), new Ranked[4]);
        taste.Begin(model, Learn.Met([(0, 1), (1, 1), (2, 1)]), Learn.Now);
        Assert.Equal(1, taste.Best(into));
        Assert.Equal(new Ranked(3, 0.25f), into[0]);
        taste.Begin(model, Learn.Met([(0, 1), (1, 1)]), Learn.Now);
        Assert.Equal((0, 0f), (taste.Best(into), taste.Of(Learn.Key(3))));
    }

    private static IRecommender Learned(string family) => family == "als weak"
        ? AlternatingSquares.Learn(People, new(16, new(1e-6f, 1e-7f, 0, 1), 8, 0), 2, default)
        : Shops.Learn(family, People);

    private static Personalization.Profiles.RecentItems Recent(int count) => Learn.Met(Enumerable.Range(0, count).Select(i => (i * 7 % Items, 1 + (i % 4))));

    /// <summary>The recommender's own, for what the taste begins with.</summary>
    private static float[] Scores(IRecommender learned, int count, Taste taste, FactorModel served)
    {
        var recent = Recent(count);
        taste.Begin(served, recent, Learn.Now);
        Assert.True(taste.Speaks);
        var met = new List<(int Item, float Weight)>();
        foreach (var one in recent.All(Learn.Now)) met.Add(((int)Learn.Number(one.Item), one.Weight));
        met.Sort();
        return Shops.Scores(learned, Items, [.. met.Select(m => m.Item)], [.. met.Select(m => m.Weight)]);
    }
}
