using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Tests.Decisions.Arranging;

public sealed class ArrangerTests
{
    private static readonly Ranker ByRelevance = new("test", [(Column.Relevance, 1)]);

    private readonly Pool pool = new();
    private readonly Arranger arranger = new();

    [Fact]
    public void The_best_comes_first_and_equals_stay_in_their_order()
    {
        Fill(0.5f, 1, 0.5f, -1, 0);
        Assert.Equal([1, 0, 2, 4, 3], Arrange([new("s", 5, ByRelevance)]));
    }

    [Fact]
    public void No_item_is_in_two_slots_and_each_has_no_more_than_it_may()
    {
        Fill(5, 4, 3, 2, 1);
        Arrange([new("a", 2, ByRelevance), new("b", 2, ByRelevance), new("c", 9, ByRelevance)]);
        Assert.Equal([(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)], arranger.Placed.Select(p => (p.Candidate, p.Slot)));
    }

    [Fact]
    public void A_rule_excludes_filters_boosts_and_buries()
    {
        Fill(5, 4, 3, 2, 1);
        (pool.Rules[0], pool.Rules[1], pool.Rules[4]) = (0b0001, 0b0010, 0b0100);
        Assert.Equal([4, 2, 3, 1], Arrange([new("s", 5, ByRelevance)], new Effect(RuleKind.Exclude), new Effect(RuleKind.Bury), new Effect(RuleKind.Boost, By: 3)));
        Assert.Equal([1], Arrange([new("s", 5, ByRelevance)], new Effect(RuleKind.Boost), new Effect(RuleKind.Filter)));
    }

    [Fact]
    public void A_rule_for_another_slot_does_nothing_here()
    {
        Fill(2, 1);
        pool.Rules[0] = 1;
        Assert.Equal([0, 1], Arrange([new("s", 5, ByRelevance) { Rules = 0 }], new Effect(RuleKind.Exclude)));
    }

    [Fact]
    public void Pins_take_their_places_the_first_rule_first_and_the_next_the_next_free_one()
    {
        Fill(5, 4, 3, 2, 1);
        (pool.Rules[4], pool.Rules[3]) = (0b01, 0b10);
        Assert.Equal([0, 4, 3, 1, 2], Arrange([new("s", 5, ByRelevance)], new Effect(RuleKind.Pin, Position: 2), new Effect(RuleKind.Pin, Position: 2)));
        Assert.Equal([PlacedBy.Score, PlacedBy.Pin, PlacedBy.Pin, PlacedBy.Score, PlacedBy.Score], arranger.Placed.Select(p => p.By));
        Assert.All(arranger.Placed, p => Assert.Equal(1, p.Propensity));
    }

    [Fact]
    public void What_is_excluded_is_not_pinned()
    {
        Fill(2, 1);
        pool.Rules[1] = 0b11;
        Assert.Equal([0], Arrange([new("s", 5, ByRelevance)], new Effect(RuleKind.Pin, Position: 1), new Effect(RuleKind.Exclude)));
    }

    [Fact]
    public void Categories_are_spread_while_there_are_others()
    {
        Fill(9, 8, 7, 6, 5);
        (pool.Groups[0], pool.Groups[1], pool.Groups[2], pool.Groups[3], pool.Groups[4]) = (1, 1, 1, 2, Pool.NoGroup);
        Assert.Equal([0, 3, 4, 1, 2], Arrange([new("s", 5, ByRelevance) { Most = 1 }]));
        Assert.Equal([0, 1, 3, 4, 2], Arrange([new("s", 5, ByRelevance)], new Effect(RuleKind.Diversify, Most: 2)));
    }

    [Fact]
    public void A_slot_of_a_category_or_of_what_was_met_has_nothing_else()
    {
        Fill(9, 8, 7);
        (pool.Groups[0], pool.Groups[1], pool.Groups[2]) = (1, 2, 2);
        pool.Set(Column.Seen, 2, 1);
        Assert.Equal([1, 2], Arrange([new("s", 5, ByRelevance) { Group = 2 }]));
        Assert.Equal([2], Arrange([new("s", 5, ByRelevance) { Needs = 1u << (int)Column.Seen }]));
        Assert.Equal([0, 1], Arrange([new("s", 5, ByRelevance) { Refuses = 1u << (int)Column.Seen }]));
    }

    [Fact]
    public void Chance_chooses_as_often_as_it_says_and_the_same_for_the_same_seed()
    {
        Fill(9, 8, 7, 6, 5, 4);
        var (seeds, counts) = (20_000, new int[6]);
        for (var seed = 0ul; seed < (ulong)seeds; seed++)
        {
            arranger.Arrange(pool, [new("s", 1, ByRelevance)], [], false, new(0.4f, 4), seed);
            var first = arranger.Placed[0];
            counts[first.Candidate]++;
            Assert.Equal(first.Candidate == 0 ? 0.7f : 0.1f, first.Propensity, 1e-6f);
            arranger.Arrange(pool, [new("s", 1, ByRelevance)], [], false, new(0.4f, 4), seed);
            Assert.Equal(first, arranger.Placed[0]);
        }

        // Five standard deviations of a binomial.
        double[] expected = [0.7, 0.1, 0.1, 0.1, 0, 0];
        for (var i = 0; i < 6; i++) Assert.InRange(counts[i] - (seeds * expected[i]), -5 * Math.Sqrt(seeds * expected[i] * (1 - expected[i])), 5 * Math.Sqrt(seeds * expected[i] * (1 - expected[i])));
        Assert.Equal(1, expected.Sum(), 9);
    }

    [Fact]
    public void Without_rules_a_slot_is_what_sorting_would_give()
    {
        var random = new Random(11);
        for (var n = 0; n < 500; n++)
        {
            // Few different ones, so that there are equals, and some that are as good as nothing.
            var scores = Enumerable.Range(0, random.Next(400)).Select(_ => random.Next(20) * (random.Next(2) == 0 ? -0.1f : 1e6f)).ToArray();
            var count = random.Next(1, 120);
            pool.Clear();
            Fill(scores);
            var wanted = scores.Index().OrderByDescending(s => s.Item + 0f).ThenBy(s => s.Index).Take(count).Select(s => s.Index);
            Assert.Equal(wanted, Arrange([new("s", count, ByRelevance)]));
        }
    }

    [Fact]
    public void Spreading_is_the_same_as_looking_through_all_that_is_left_for_each_place()
    {
        var random = new Random(12);
        for (var n = 0; n < 500; n++)
        {
            pool.Clear();
            Fill([.. Enumerable.Range(0, random.Next(1, 120)).Select(_ => random.Next(50) / 50f)]);
            for (var i = 0; i < pool.Count; i++) pool.Groups[i] = (ushort)random.Next(random.Next(1, 6));
            var (most, count) = (random.Next(1, 6), random.Next(1, 100));
            var (left, groups, wanted) = (pool.Of(Column.Relevance).ToArray().Index().OrderByDescending(s => s.Item).ThenBy(s => s.Index).Select(s => s.Index).ToList(), new int[6], new List<int>());
            while (wanted.Count < count && left.Count > 0)
            {
                var next = left.FindIndex(i => groups[pool.Groups[i]] < most);
                var chosen = left[Math.Max(0, next)];
                left.Remove(chosen);
                groups[pool.Groups[chosen]]++;
                wanted.Add(chosen);
            }

            Assert.Equal(wanted, Arrange([new("s", count, ByRelevance) { Most = most }]));
        }
    }

    [Fact]
    public void Ten_thousand_of_one_category_are_spread_without_looking_at_all_of_them_for_each()
    {
        Fill(new float[Pool.Most]);
        pool.Groups.AsSpan(0, pool.Count).Clear();
        Assert.Equal(Enumerable.Range(0, Pool.Most), Arrange([new("s", Pool.Most, ByRelevance)], new Effect(RuleKind.Diversify, Most: 1)));
    }

    private void Fill(params ReadOnlySpan<float> relevance)
    {
        foreach (var value in relevance)
        {
            var i = pool.Add(new ItemKey((ulong)pool.Count + 1), Pool.Nowhere, Pool.NoGroup);
            pool.Set(Column.Relevance, i, value);
        }
    }

    private IReadOnlyList<int> Arrange(Slot[] slots, params Effect[] rules)
    {
        arranger.Arrange(pool, slots, rules, false, default, 1);
        return [.. arranger.Placed.Select(p => p.Candidate)];
    }
}
