using FsCheck;
using FsCheck.Fluent;
using Personalization.Tests.Training.Privacy.Noise;
using Personalization.Training.Learning;
using Personalization.Training.Privacy.Learning;

namespace Personalization.Tests.Training.Privacy.Learning;

/// <summary>Whoever is added, whatever they met and wherever their row is, moves what noise is added to by no more than it is made for.</summary>
public sealed class BoundsTests
{
    private const int Items = 40;
    private const int Most = 12;

    [Fact]
    public void Nobody_counts_for_more_than_anybody_can()
    {
        for (var items = 0; items <= BoundedPeople.MostEach; items++)
        {
            var v = (long)BoundedPeople.Value(items);
            Assert.InRange(items * v * v, 0, (long)BoundedPeople.Whole * BoundedPeople.Whole);
            Assert.InRange(v, 32, BoundedPeople.Whole / 2);
        }
    }

    [Fact]
    public void Nobody_counts_for_more_pairs_than_anybody_can_and_nearly_as_much_as_anybody_may()
    {
        for (var items = 2; items <= BoundedPeople.MostEach; items++)
        {
            var length = NoisyProducts.Value(items) * Math.Sqrt(items * (items - 1) / 2.0);
            Assert.InRange(length, 0.99 * NoisyProducts.Sensitivity, NoisyProducts.Sensitivity * (1 + 1e-12));
        }

        Assert.Equal((0, 0), (NoisyProducts.Value(0), NoisyProducts.Value(1)));
    }

    [Fact]
    public void Without_one_person_all_others_count_as_before() =>
        Prop.ForAll(Rows, rows =>
        {
            var (all, without) = (Bounded(rows), Bounded(rows[1..]));
            return Enumerable.Range(0, without.Rows).All(r => without.ColumnsOf(r).SequenceEqual(all.ColumnsOf(r + 1)) && without.WeightsOf(r).SequenceEqual(all.WeightsOf(r + 1)))
                && Enumerable.Range(0, all.Rows).All(r => all.ColumnsOf(r).Length <= Most);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_person_moves_counts_by_no_more_than_they_say() => Moves(NoisyCounts.Sensitivity / BoundedPeople.Whole, rows => NoisyCounts.Of(Bounded(rows), 50, Seeded.Source(1), Seeded.OneThread));

    [Fact]
    public void One_person_moves_pairs_by_no_more_than_they_say() =>
        Moves(NoisyProducts.Scaled(1) * NoisyProducts.Sensitivity, rows => Half(NoisyProducts.Of(Bounded(rows), 50, Seeded.Source(1), Seeded.OneThread)));

    [Fact]
    public void One_person_moves_what_vectors_are_solved_from_by_no_more_than_it_says()
    {
        var vectors = new Matrix(Items, 8);
        for (var item = 0; item < Items; item++)
            for (var d = 0; d < 8; d++) vectors[item][d] = (float)Chance.Normal(3, (ulong)((item * 8) + d));
        Moves(VectorSums.Scaled(1) * VectorSums.Sensitivity, rows =>
        {
            var sums = VectorSums.Of(Bounded(rows), vectors, 50, Seeded.Source(1), Seeded.OneThread);
            var (shared, each) = (new List<double>(), new List<double>());
            for (var i = 0; i < 8; i++)
                for (var j = 0; j <= i; j++) shared.Add(sums.Shared[(i * 8) + j]);
            for (var item = 0; item < Items; item++) each.AddRange(sums.Each(item).ToArray());
            return [.. shared, .. each];
        });
    }

    /// <summary>Nobody, one or two items, as many as count and more; and where some items have no place, as those that were not chosen.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whoever_the_one_person_is_the_bound_holds(bool some)
    {
        int[] places = [.. Enumerable.Range(0, Items).Select(i => !some ? i : i % 3 == 0 ? -1 : i - 1 - (i / 3))];
        var width = places.Max() + 1;
        int[][] others = [[1, 2, 4], [], [7], [.. Enumerable.Range(0, Items)]];
        for (var met = 0; met <= Items; met++)
        {
            int[] one = [.. Enumerable.Range(0, met).Select(i => Items - 1 - i)];
            var (with, without) = (Of([others[0], one, .. others[1..]]), Of(others));
            Assert.InRange(Distance(NoisyProducts.Of(with, 50, Seeded.Source(1), Seeded.OneThread), NoisyProducts.Of(without, 50, Seeded.Source(1), Seeded.OneThread)), 0, 1 + 1e-9);
            Assert.InRange(Distance(NoisyCounts.Of(with, 50, Seeded.Source(1), Seeded.OneThread), NoisyCounts.Of(without, 50, Seeded.Source(1), Seeded.OneThread)), 0, 1 + 1e-9);
        }

        Interactions Of(int[][] rows) => BoundedPeople.Of(Interactions.Of(rows.Select(r => r.Select(i => (i, 1f))), Items), places, width, Most);
    }

    [Fact]
    public void Who_met_much_comes_near_the_bound()
    {
        int[][] rows = [Enumerable.Range(0, Most).ToArray()];
        Assert.InRange(Distance(NoisyCounts.Of(Bounded(rows), 50, Seeded.Source(1), Seeded.OneThread), NoisyCounts.Of(Bounded([[]]), 50, Seeded.Source(1), Seeded.OneThread)), 0.99, 1);
    }

    /// <summary>The noise of both is the same, so that the difference is that of the sums.</summary>
    private static void Moves(double sensitivity, Func<int[][], double[]> sums) =>
        Prop.ForAll(Rows, rows => Distance(sums(rows), sums(rows[1..])) <= sensitivity * (1 + 1e-9)).QuickCheckThrowOnFailure();

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b).Sum(p => (p.First - p.Second) * (p.First - p.Second)));

    private static double[] Half(double[] whole)
    {
        var half = new List<double>();
        for (var i = 0; i < Items; i++) half.AddRange(whole.AsSpan(i * Items, i));
        return [.. half];
    }

    private static Interactions Bounded(int[][] rows) =>
        BoundedPeople.Of(Interactions.Of(rows.Select(r => r.Select(i => (i, 1f + i))), Items), [.. Enumerable.Range(0, Items)], Items, Most);

    /// <summary>One person at least, the first of whom is the one that is or is not there.</summary>
    private static Arbitrary<int[][]> Rows =>
        (from count in Gen.Choose(1, 12) from rows in Gen.Choose(0, Items - 1).ListOf().Select(r => r.ToArray()).ListOf(count) select rows.ToArray()).ToArbitrary();
}
