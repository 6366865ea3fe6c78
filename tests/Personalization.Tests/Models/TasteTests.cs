using Personalization.Catalog;
using Personalization.Decisions.Scoring;
using Personalization.Models;
using Personalization.Profiles;

namespace Personalization.Tests.Models;

/// <summary>A person's vector is the one training would have found, made at the moment it is needed.</summary>
public sealed class TasteTests
{
    /// <summary>From what is usual to next to nothing that holds anybody back.</summary>
    [Theory]
    [InlineData(8, 1, 0.1f, 0.05f, 0.5f), InlineData(16, 7, 0.1f, 0.05f, 0.5f), InlineData(64, 50, 0.1f, 0.05f, 0.5f), InlineData(8, 50, 0.1f, 0.05f, 0.5f), InlineData(256, 3, 0.1f, 0.05f, 0.5f)]
    [InlineData(8, 50, 1e-4f, 1e-6f, 0f), InlineData(8, 50, 1e-8f, 1e-10f, 0f), InlineData(64, 50, 1e-8f, 1e-10f, 0f), InlineData(256, 50, 1e-8f, 1e-10f, 1f)]
    public void It_solves_the_equations_of_training_to_five_places(int dimensions, int met, float background, float regularisation, float scaling)
    {
        var folding = new Folding(background, regularisation, scaling, 0.4f);
        var (rows, model) = Learn.Model(400, dimensions, folding, seed: dimensions + met);
        var recent = Learn.Met(Enumerable.Range(0, met).Select(i => ((i * 7) % 400, 1 + (i % 5))));
        var taste = new Taste();
        taste.Begin(model, recent, Learn.Now);
        Assert.True(taste.Speaks);
        var solved = Learn.Solved(rows, dimensions, recent, folding);
        for (var item = 0; item < 400; item++)
        {
            var wanted = 0.0;
            for (var d = 0; d < dimensions; d++) wanted += solved[d] * rows[(item * dimensions) + d];
            Assert.Equal(Math.Clamp(wanted, 0, 1), taste.Of(Learn.Key(item)), 1e-5);
        }
    }

    [Fact]
    public void What_was_met_is_to_the_taste_and_what_is_like_it_more_than_what_is_not()
    {
        var taste = new Taste();
        taste.Begin(Learn.TwoKinds(), Learn.Met([(0, 3), (2, 3)]), Learn.Now);
        Assert.True(taste.Of(Learn.Key(4)) > 0.3f + taste.Of(Learn.Key(5)));
        Span<Ranked> best = stackalloc Ranked[10];
        Assert.Equal(10, taste.Best(best));
        Assert.All(best.ToArray(), b => Assert.Equal(0UL, Learn.Number(taste.ItemAt(b.Place)) % 2));
    }

    [Fact]
    public void It_says_nothing_without_a_model_or_without_anything_met_that_the_model_knows()
    {
        var (taste, nothing) = (new Taste(), new RecentItems());
        var known = Learn.Met([(0, 1)]);
        foreach (var (model, recent) in new[] { (FactorModel.None, known), (Learn.TwoKinds(), nothing), (Learn.TwoKinds(), Learn.Met([(9999, 1)])) })
        {
            taste.Begin(Learn.TwoKinds(), known, Learn.Now);
            taste.Begin(model, recent, Learn.Now);
            Assert.Equal((false, 0f, 0), (taste.Speaks, taste.Of(Learn.Key(0)), taste.Best(new Ranked[3])));
        }
    }

    [Fact]
    public void What_was_met_a_month_ago_and_what_was_taken_back_is_not_folded_in()
    {
        var taste = new Taste();
        taste.Begin(Learn.TwoKinds(), Learn.Met([(0, 3)]), Learn.Now + (uint)TimeSpan.FromDays(31).TotalSeconds);
        Assert.False(taste.Speaks);
        taste.Begin(Learn.TwoKinds(), Learn.Met([(0, 1), (0, -1)]), Learn.Now);
        Assert.False(taste.Speaks);
    }

    [Fact]
    public void One_person_leaves_nothing_for_the_next()
    {
        var (used, model) = (new Taste(), Learn.TwoKinds());
        used.Begin(model, Learn.Met([(1, 9), (3, 9), (5, 2)]), Learn.Now);
        var fresh = new Taste();
        foreach (var taste in new[] { used, fresh }) taste.Begin(model, Learn.Met([(0, 3)]), Learn.Now);
        Assert.Equal(fresh.Vector.ToArray(), used.Vector.ToArray());
        Assert.Equal(0, used.Of(Learn.Key(1)));
    }

    [Fact]
    public void Values_so_large_that_nothing_can_be_said_say_nothing()
    {
        float[] rows = [0.1f, 0.1f, 0, 0, 0, 0, 0, 0, 3e38f, -3e38f, 0, 0, 0, 0, 0, 0];
        var (taste, model) = (new Taste(), FactorModel.Of("m", Learn.At, Learn.Keys(2), rows, new float[8], new(0.0001f, 0.0001f, 0, 0)));
        taste.Begin(model, Learn.Met([(0, 5)]), Learn.Now);
        Assert.True(taste.Speaks);
        Assert.Equal(0, taste.Of(Learn.Key(1)));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var (taste, recent, model) = (new Taste(), Learn.Met(Enumerable.Range(0, 50).Select(i => (i, 1))), Learn.TwoKinds());
        var item = Learn.Key(3);
        Assert.Equal(0, Least(() =>
        {
            taste.Begin(model, recent, Learn.Now);
            taste.Of(item);
        }));
    }

    [Fact]
    public void As_long_as_there_is_no_model_it_takes_no_room_for_one()
    {
        var known = Learn.Met([(0, 1)]);
        Assert.True(Least(() => new Taste().Begin(FactorModel.None, known, Learn.Now)) < 100);
    }

    // The runtime allocates now and then by itself.
    private static long Least(Action step) => Enumerable.Range(0, 10).Select(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        step();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }).Min();
}
