using Personalization.Tests.Training.Privacy.Noise;
using Personalization.Training.Learning;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Learning;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Tests.Training.Privacy.Learning;

public sealed class PrivateLearningTests
{
    private const int Items = 60;
    private const int Kept = 50;

    private static readonly PrivateOptions Options = PrivateOptions.Default with { Epsilon = 4 };

    [Fact]
    public void Items_of_one_kind_speak_for_each_other()
    {
        var (near, vectors) = (Near(Kinds(3000)).Model, Vectors(Kinds(3000)).Model);
        foreach (var model in new IRecommender[] { near, vectors })
        {
            var scores = new float[Items];
            model.Score([3], [1], scores);
            Assert.True(Mean(scores, 1) > 2 * Math.Abs(Mean(scores, 0)), model.Name);
        }
    }

    [Fact]
    public void In_a_large_catalogue_what_was_met_speaks_for_each_other_where_it_stands()
    {
        const int Apart = 50;
        var few = Kinds(20_000);
        var people = Interactions.Of(Enumerable.Range(0, few.Rows).Select(p => few.ColumnsOf(p).ToArray().Select(i => ((i * Apart) + 7, 1f))), Items * Apart);
        var near = Near(people).Model.Near;
        Assert.Equal(Items * Apart, near.Items);
        var scores = new float[near.Items];
        Near(people).Model.Score([(3 * Apart) + 7], [1], scores);
        float[] met = [.. Enumerable.Range(0, Items).Select(i => scores[(i * Apart) + 7])];
        Assert.True(Mean(met, 1) > 2 * Math.Abs(Mean(met, 0)));
        for (var item = 0; item < near.Items; item++)
        {
            Assert.DoesNotContain(item, near.OthersOf(item).ToArray());
            Assert.True(near.OthersOf(item).ToArray().SequenceEqual(near.OthersOf(item).ToArray().Order()));
        }
    }

    [Fact]
    public void Where_noise_leaves_nothing_of_pairs_what_is_popular_is_left()
    {
        // Half of all met the first item, and each something else.
        var people = Interactions.Of(Enumerable.Range(0, 20_000).Select(p => (IEnumerable<(int, float)>)[(p % 2 == 0 ? 0 : 7 + (p % 50), 1f)]), Items);
        var scores = new float[Items];
        Near(people).Model.Score([30], [1], scores);
        Assert.Equal(0, scores.IndexOf(scores.Max()));
    }

    [Fact]
    public void All_of_the_permit_is_spent_and_the_card_says_what_was_lost()
    {
        var permit = new Permit(Options.Cost);
        var card = PrivateRegression.Learn(Kinds(500), Options, permit, Kept, 1, default).Card;
        Assert.Throws<InvalidOperationException>(() => permit.Take(0.001));
        Assert.Equal((Options.Cost.Value, Options.Delta), (card.Rho, card.Delta));
        Assert.InRange(card.Epsilon, 0.999 * Options.Epsilon, Options.Epsilon);
        Assert.Equal(card.Rho, Rho.Gaussian(1, card.CountNoise).Value + Rho.Gaussian(Math.Sqrt(0.5), card.MainNoise).Value, 1e-3);
        Assert.StartsWith("private epsilon=4 delta=1e-6", card.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spent_permit_learns_nothing()
    {
        var permit = new Permit(Options.Cost);
        permit.Take(1);
        Assert.Throws<InvalidOperationException>(() => PrivateRegression.Learn(Kinds(10), Options, permit, Kept, 1, default));
        Assert.Throws<InvalidOperationException>(() => PrivateFactors.Learn(Kinds(10), Options, permit, 8, 1, 1, default));
    }

    /// <summary>What noise hides, no seed brings back: learned again, it is another model.</summary>
    [Fact]
    public void Learned_twice_from_the_same_people_it_is_not_the_same()
    {
        var (once, again) = (PrivateRegression.Learn(Kinds(500), Options, new(Options.Cost), Kept, 1, default), PrivateRegression.Learn(Kinds(500), Options, new(Options.Cost), Kept, 1, default));
        Assert.False(once.Model.Near.Strengths.SequenceEqual(again.Model.Near.Strengths));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 5)]
    [InlineData(3, 5)]
    public void Little_data_give_a_model_of_finite_numbers(int people, int items)
    {
        var met = Interactions.Of(Enumerable.Range(0, people).Select(_ => Enumerable.Range(0, items).Select(i => (i, 1f))), items);
        var scores = new float[items];
        Near(met).Model.Score(items > 0 ? [0] : [], items > 0 ? [1] : [], scores);
        Assert.All(scores, s => Assert.True(float.IsFinite(s)));
        Vectors(met).Model.Score(items > 0 ? [0] : [], items > 0 ? [1] : [], scores);
        Assert.All(scores, s => Assert.True(float.IsFinite(s)));
    }

    [Fact]
    public void It_can_be_stopped() =>
        Assert.ThrowsAny<OperationCanceledException>(() => PrivateRegression.Learn(Kinds(100), Options, new(Options.Cost), Kept, 1, new(true)));

    [Fact]
    public void Its_settings_have_defaults_that_are_in_range()
    {
        var settings = new Settings([]);
        Assert.Equal(PrivateOptions.Default, PrivateOptions.Read(settings));
        Assert.True(Options.Cost.Value < Options.Most.Value);
    }

    [Fact]
    public void The_most_private_setting_there_is_can_be_learned_with()
    {
        var least = PrivateOptions.Default with { Epsilon = 0.1, Delta = 1e-9 };
        Assert.Equal(Items, PrivateRegression.Learn(Kinds(10), least, new(least.Cost), Kept, 1, default).Model.Near.Items);
    }

    private static PrivateModel<Neighbours> Near(Interactions people) => PrivateRegression.Learn(people, Options, new(Options.Cost), Kept, Source, 1, default);

    private static PrivateModel<Factors> Vectors(Interactions people) => PrivateFactors.Learn(people, Options, new(Options.Cost), 8, 1, Source, 1, default);

    private static NoiseSource Source => Seeded.Source(7);

    /// <summary>Two kinds of items, odd and even; everybody likes one of them.</summary>
    private static Interactions Kinds(int people) =>
        Interactions.Of(Enumerable.Range(0, people).Select(p => Enumerable.Range(0, 12).Select(i => (Item: (int)((2 * (Chance.Bits((ulong)p, (ulong)i) % (Items / 2))) + ((ulong)p % 2)), 1f))), Items);

    private static double Mean(float[] scores, int kind) => scores.Index().Where(s => s.Index % 2 == kind && s.Index != 3).Average(s => s.Item);
}
