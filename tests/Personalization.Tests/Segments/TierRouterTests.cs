using Personalization.Decisions;
using Personalization.Segments;

namespace Personalization.Tests.Segments;

public sealed class TierRouterTests
{
    private static readonly TierOptions Options = TierOptions.Read(new([]));
    private static readonly TierState Dear = new(true, true, true, 0.9f, 0);

    [Fact]
    public void Of_whom_nothing_may_be_used_gets_what_everybody_gets() => Assert.Equal(new(Tier.Macro, TierReason.NothingPersonal), TierRouter.Decide(Dear with { Personal = false }, Options));

    [Fact]
    public void A_question_of_ones_own_is_scored_for_itself_whatever_the_load() => Assert.Equal(new(Tier.Singleton, TierReason.InPlace), TierRouter.Decide(Dear with { Shared = false, Value = 0, Load = 9 }, Options));

    [Theory]
    [InlineData(0, Tier.Macro, TierReason.LittleKnown), InlineData(0.02f, Tier.Micro, TierReason.LowValue), InlineData(0.29f, Tier.Micro, TierReason.LowValue), InlineData(0.3f, Tier.Singleton, TierReason.HighValue)]
    public void The_more_it_is_worth_the_more_is_done(float value, Tier tier, TierReason why) => Assert.Equal(new(tier, why), TierRouter.Decide(Dear with { Value = value }, Options));

    [Theory]
    [InlineData(1, 0.3f, Tier.Singleton), InlineData(1.5f, 0.6f, Tier.Micro), InlineData(1.5f, 0.7f, Tier.Singleton), InlineData(2, 1, Tier.Micro)]
    public void Under_load_the_places_left_are_for_whom_they_bring_most(float load, float value, Tier tier) => Assert.Equal(tier, TierRouter.Decide(Dear with { Value = value, Load = load }, Options).Tier);

    [Fact]
    public void Who_belongs_to_no_segment_gets_everybodys_list() => Assert.Equal(new(Tier.Macro, TierReason.Busy), TierRouter.Decide(Dear with { Placeable = false, Load = 2 }, Options));

    [Fact]
    public void Switched_off_everybody_known_is_scored_alone() => Assert.Equal(Tier.Singleton, TierRouter.Decide(Dear with { Value = 0, Load = 9 }, Options with { On = false }).Tier);

    [Theory]
    [InlineData(0, 0, 0, 0), InlineData(5, 0, 0, 0.2f), InlineData(5, 1, 1, 0.5f), InlineData(50, 1, 1, 0.909f)]
    public void Value_grows_with_what_is_known_how_broad_it_is_and_what_is_at_stake(int met, float breadth, float stake, float value) => Assert.Equal(value, MarginalValue.Of(met, breadth, stake), 0.001f);

    [Fact]
    public void Load_is_the_worse_of_how_many_are_under_way_and_how_long_they_take()
    {
        var load = new Load(Options with { Busy = 4, Budget = TimeSpan.FromMilliseconds(1) });
        load.Enter();
        Assert.Equal(0.25f, load.Now);
        for (var n = 0; n < 1000; n++) load.Took(TimeSpan.FromMilliseconds(3));
        Assert.Equal(3, load.Now, 0.01f);
        for (var n = 0; n < 1000; n++) load.Took(TimeSpan.Zero);
        load.Leave();
        Assert.Equal(0, load.Now, 0.01f);
    }
}
