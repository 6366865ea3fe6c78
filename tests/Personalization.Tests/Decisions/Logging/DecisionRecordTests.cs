using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Explaining;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Logging;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Events;

namespace Personalization.Tests.Decisions.Logging;

public sealed class DecisionRecordTests
{
    private static readonly EngineOptions Options = Made.Options(Rankers.Personal, diversifier: Diversifier.Spread);

    public static readonly TheoryData<string> Questions = [
        """{"count":3}""", """{"kind":"similar","items":["boot"]}""", """{"slots":[{"name":"hero"},{"name":"category-1"},{"name":"recently-viewed"}]}""",
        """{"query":"boots","candidates":[{"id":"boot","relevance":0.3},{"id":"x","relevance":0.29999},{"id":"scarf"}]}"""];

    [Theory, MemberData(nameof(Questions))]
    public void A_logged_decision_comes_out_the_same_to_the_bit(string body)
    {
        var d = Decide(body, new(0.5f, 3));
        var facts = LoggedFacts.Read(d.Record.Written)!;
        Assert.True(Replay.Of(facts).Same);
        Assert.Equal(d.Placed, facts.Placed);
        Assert.Equal((d.Engine, d.Tier, d.Fallback, d.Buying, d.Layout), (facts.Engine, facts.Tier, facts.Fallback, facts.Buying, facts.Layout));
        Assert.Equal(d.Pool.Keys.AsSpan(0, d.Pool.Count), facts.Pool.Keys.AsSpan(0, facts.Pool.Count));
    }

    [Fact]
    public void Another_score_or_place_is_seen_to_be_another()
    {
        var d = Decide("""{"count":3}""", default);
        var changed = d.Record.Written.ToArray();
        changed[^5] ^= 1; // the last score's last bits
        Assert.False(Replay.Of(LoggedFacts.Read(changed)!).Same);
    }

    [Fact]
    public void A_record_that_is_cut_or_longer_is_none()
    {
        var record = Decide("{}", default).Record.Written.ToArray();
        for (var length = 0; length < record.Length; length++) Assert.Null(LoggedFacts.Read(record.AsSpan(0, length)));
        Assert.Null(LoggedFacts.Read([.. record, 0]));
    }

    [Fact]
    public void Damage_is_read_as_something_else_or_nothing_and_never_throws()
    {
        var record = Decide("""{"kind":"similar","items":["boot"]}""", default).Record.Written.ToArray();
        var random = new Random(7);
        for (var n = 0; n < 20_000; n++)
        {
            var damaged = (byte[])record.Clone();
            for (var k = random.Next(1, 4); k > 0; k--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (LoggedFacts.Read(damaged) is { } facts) Replay.Of(facts);
        }
    }

    private static Decision Decide(string body, Exploration explore)
    {
        IDecisionEngine engine = body.Contains("candidates", StringComparison.Ordinal) ? new SearchEngine(Options) : body.Contains("slots", StringComparison.Ordinal) ? new HomepageEngine(Made.NoCompanions, Options) : new RecommendationEngine(Made.NoCompanions, Options);
        return new Made { Profile = Made.Met(EventType.View, "boot", "scarf"), Explore = explore }.By(engine, body);
    }
}
