using FsCheck;
using FsCheck.Fluent;
using Personalization.Training.Evaluating;

namespace Personalization.Tests.Training.Evaluating;

public class ListMetricsTests
{
    private static readonly int[] List = [7, 3, 9, 1, 5];
    private static readonly int[] Wanted = [1, 3, 4];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1 / 3.0)]
    [InlineData(4, 2 / 3.0)]
    [InlineData(50, 2 / 3.0)]
    public void Recall_is_the_share_that_is_listed(int k, double expected) => Assert.Equal(expected, ListMetrics.Recall(List, Wanted, k), 12);

    [Fact]
    public void Gain_is_discounted_by_position_and_compared_with_the_best_there_is()
    {
        // Hits at positions 2 and 4; the best has them at 1, 2 and 3. log2 of 2 to 5: 1, 1.5850, 2, 2.3219.
        Assert.Equal((0.63092975 + 0.43067656) / (1 + 0.63092975 + 0.5), ListMetrics.Ndcg(List, Wanted, 5), 7);
        Assert.Equal(0.63092975 / (1 + 0.63092975), ListMetrics.Ndcg(List, Wanted, 2), 7);
    }

    [Fact]
    public void Average_precision_adds_up_the_precision_at_each_hit()
    {
        Assert.Equal(((1 / 2.0) + (2 / 4.0)) / 3, ListMetrics.AveragePrecision(List, Wanted, 5), 12);
        Assert.Equal(1 / 2.0 / 2, ListMetrics.AveragePrecision(List, Wanted, 2), 12);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 1)]
    public void A_hit_is_a_hit(int k, double expected) => Assert.Equal(expected, ListMetrics.HitRate(List, Wanted, k));

    [Fact]
    public void Every_metric_lies_between_0_and_1_and_a_list_of_nothing_has_0() =>
        Prop.ForAll(Cases, c => All(c.List, c.Wanted, c.K).All(v => v is >= 0 and <= 1) && All([], c.Wanted, c.K).All(v => v == 0))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_perfect_list_has_1() =>
        Prop.ForAll(Cases, c =>
        {
            int[] perfect = [.. c.Wanted, .. c.List.Except(c.Wanted)];
            var k = Math.Max(c.K, c.Wanted.Length);
            return All(perfect, c.Wanted, k).All(v => Math.Abs(v - 1) < 1e-12) && Math.Abs(ListMetrics.Ndcg(perfect, c.Wanted, c.K) - 1) < 1e-12;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_stands_below_k_changes_nothing() =>
        Prop.ForAll(Cases, c =>
            All(c.List, c.Wanted, c.K).SequenceEqual(All([.. c.List.Take(c.K), .. c.List.Skip(c.K).Reverse()], c.Wanted, c.K)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_hit_moved_up_never_lowers_anything() =>
        Prop.ForAll(Cases, c =>
        {
            int[] up = [.. c.List.Where(c.Wanted.Contains), .. c.List.Where(i => !c.Wanted.Contains(i))];
            return All(up, c.Wanted, c.K).Zip(All(c.List, c.Wanted, c.K)).All(v => v.First >= v.Second);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_to_find_has_no_metric()
    {
        Assert.Throws<ArgumentException>(() => ListMetrics.Recall(List, [], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ListMetrics.Ndcg(List, Wanted, 0));
    }

    private static double[] All(int[] list, int[] wanted, int k) =>
        [ListMetrics.Recall(list, wanted, k), ListMetrics.Ndcg(list, wanted, k), ListMetrics.AveragePrecision(list, wanted, k), ListMetrics.HitRate(list, wanted, k)];

    private static Arbitrary<(int[] List, int[] Wanted, int K)> Cases =>
        Arb.From(
            from list in Items
            from wanted in Items.Where(i => i.Length > 0)
            from k in Gen.Choose(1, 15)
            select (list, wanted.Order().ToArray(), k));

    private static Gen<int[]> Items => Gen.Choose(0, 20).ArrayOf().Select(i => i.Distinct().ToArray());
}
