using Personalization.Tests.Training.Privacy.Noise;
using Personalization.Training.Learning;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Attacking;
using Personalization.Training.Privacy.Learning;

namespace Personalization.Tests.Training.Privacy.Attacking;

/// <summary>The attacks find out who was learned from where a model says so, and nothing where it does not.</summary>
public sealed class MembershipTests
{
    private const int Items = 60;

    // Of six pairs, five are the right way round and one is equal.
    [Fact]
    public void The_advantage_is_the_share_of_pairs_that_are_the_right_way_round()
    {
        var advantage = Advantage.Of([3, 2, 5], [1, 2]);
        Assert.Equal(5.5 / 6, advantage.Auc, 1e-12);
        Assert.InRange(advantage.Auc, advantage.Low, advantage.High);
        Assert.Equal(1, Advantage.Of([3, 4], [1, 2]).Auc);
        Assert.Equal(0.5, Advantage.Of([1, 1], [1, 1]).Auc);
    }

    [Fact]
    public void One_of_a_kind_is_no_group() => Assert.Throws<ArgumentException>(() => Advantage.Of([1], [1, 2]));

    [Fact]
    public void A_model_without_privacy_gives_away_who_it_was_learned_from()
    {
        var half = Membership.Half(People.Rows, 5);
        Assert.True(Membership.ByLoss(Plain(Membership.Only(People, half)), People, half, 2).Low > 0.6);
        Assert.True(Membership.ByShadows(Plain, People, 12, 1, 2).Low > 0.8);
    }

    [Fact]
    public void A_model_that_was_learned_from_nobody_gives_nothing_away()
    {
        var nobody = Plain(Interactions.Of([[(0, 1), (1, 1)], [(1, 1), (2, 1)]], Items));
        var half = Membership.Half(People.Rows, 5);
        var loss = Membership.ByLoss(nobody, People, half, 2);
        // Three times as wide, and the half is drawn from a seed: it is the same every time.
        Assert.InRange(0.5, loss.Auc - (3 * (loss.High - loss.Auc)), loss.Auc + (3 * (loss.High - loss.Auc)));
        Assert.InRange(Membership.ByShadows(_ => nobody, People, 8, 1, 2).Auc, 0.45, 0.55);
    }

    [Fact]
    public void The_private_default_gives_away_next_to_nothing()
    {
        // Noise from seeds, another for each model, so that chance does not fail the test; 0.1 is three deviations for so few people.
        var (half, seed) = (Membership.Half(People.Rows, 5), 0);
        Neighbours Private(Interactions people) => PrivateRegression.Learn(people, PrivateOptions.Default, new(PrivateOptions.Default.Cost), Items, Seeded.Source(++seed), 1, default).Model;
        Assert.InRange(Membership.ByLoss(Private(Membership.Only(People, half)), People, half, 2).Auc, 0.4, 0.6);
        Assert.InRange(Membership.ByShadows(Private, People, 12, 1, 2).Auc, 0.4, 0.6);
    }

    private static Interactions People { get; } =
        Interactions.Of(Enumerable.Range(0, 300).Select(p => Enumerable.Range(0, 6).Select(i => ((int)(Chance.Bits((ulong)p, (ulong)i) % Items), 1f))), Items);

    private static Neighbours Plain(Interactions people) => ItemRegression.Learn(people, 20, 0, Items, 2, default);
}
