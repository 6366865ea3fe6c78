using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Logging;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Events;
using Personalization.Tests.Decisions;
using Personalization.Training.Ordering;

namespace Personalization.Tests.Training.Ordering;

/// <summary>What is learned from is what was known at the time, to the bit.</summary>
public sealed class LoggedTermsTests
{
    private static readonly EngineOptions Options = Made.Options(Rankers.Personal);

    public static readonly TheoryData<string> Questions =
    [
        """{"count":3}""", """{"slots":[{"name":"hero","count":1},{"name":"for-you"}]}""",
        """{"query":"boots","candidates":[{"id":"boot","relevance":0.3},{"id":"x","relevance":0.29999},{"id":"scarf"}]}""",
    ];

    [Theory, MemberData(nameof(Questions))]
    public void Every_number_that_is_learned_from_is_the_one_that_was_scored(string body)
    {
        var d = Decide(body);
        var facts = LoggedFacts.Read(d.Record.Written)!;
        var differences = 0;
        foreach (var placed in facts.Placed)
        {
            var terms = LoggedTerms.Of(facts, placed, 0);
            for (var c = 0; c < Columns.Count; c++) differences += Bits(terms[c]) == Bits(d.Pool.Value((Column)c, placed.Candidate)) ? 0 : 1;
        }

        Assert.NotEmpty(facts.Placed);
        Assert.Equal(0, differences);
    }

    [Fact]
    public void Each_slot_is_a_choice_of_its_own_and_what_is_about_one_thing_is_none()
    {
        var items = Made.Catalogue.With([.. Enumerable.Range(0, 6).Select(i => Made.Item($"boot-{i}", "footwear"))]);
        var d = new Made { Items = items, Profile = Made.Met(EventType.View, "boot", "scarf") }.By(
            new HomepageEngine(Made.NoCompanions, Options), """{"slots":[{"name":"hero","count":2},{"name":"trending","count":2},{"name":"for-you"}]}""");
        var facts = LoggedFacts.Read(d.Record.Written)!;
        foreach (var slot in new[] { 0, 1, 2 })
        {
            var first = d.Placed.First(p => p.Slot == slot);
            var choices = LoggedChoice.Of(facts, d.Id, 1, [d.Pool.Keys[first.Candidate]]).ToList();
            Assert.Equal(slot == 1 ? 0 : 1, choices.Count);
        }
    }

    [Fact]
    public void What_was_not_shown_or_for_nobody_known_is_no_choice()
    {
        var d = Decide("""{"count":3}""");
        Assert.Empty(LoggedChoice.Of(LoggedFacts.Read(d.Record.Written)!, d.Id, 1, [12345]));
        var stranger = new Made().By(new RecommendationEngine(Made.NoCompanions, Options), """{"count":3}""");
        Assert.Empty(LoggedChoice.Of(LoggedFacts.Read(stranger.Record.Written)!, stranger.Id, 1, [stranger.Pool.Keys[stranger.Placed[0].Candidate]]));
    }

    [Fact]
    public void Of_two_that_were_chosen_each_counts_half_and_neither_is_the_others_other()
    {
        var d = Decide("""{"count":3}""");
        Assert.Equal(3, d.Placed.Count);
        var choices = LoggedChoice.Of(LoggedFacts.Read(d.Record.Written)!, d.Id, 1, [d.Pool.Keys[d.Placed[0].Candidate], d.Pool.Keys[d.Placed[2].Candidate]]).ToList();
        Assert.Equal([(0.5, 1), (0.5, 1)], choices.Select(c => (c.Choice.Weight, c.Choice.Others.Count)));
        Assert.Equal([0f, -MathF.Log(3)], choices.Select(c => c.Choice.Chosen[LoggedTerms.Place]));
    }

    [Fact]
    public void A_decision_by_a_learned_ranker_can_be_made_again_with_nothing_but_its_record()
    {
        var learned = LearnedRankersTests.Learned("recommendations", ("popular", 0.1f), ("category", 0.7f), ("seen-before", 1e-7f));
        var d = Decide("""{"count":3}""", learned.Compiled());
        var facts = LoggedFacts.Read(d.Record.Written)!;
        Assert.True(Personalization.Decisions.Explaining.Replay.Of(facts).Same);
        Assert.Equal(learned.Name, facts.Slots[0].Ranker.Name);
        Assert.Equal(learned.Compiled().Weights(true), facts.Slots[0].Ranker.Weights(true));
        for (var length = 0; length < d.Record.Length; length++) Assert.Null(LoggedFacts.Read(d.Record.Written[..length]));
    }

    [Fact]
    public void A_decision_from_before_there_were_as_many_columns_can_still_be_made_again()
    {
        var learned = LearnedRankersTests.Learned("recommendations", ("popular", 0.1f), ("category", 0.7f));
        var record = Decide("""{"count":3}""", learned.Compiled()).Record.Written;
        var weights = record.IndexOf(System.Text.Encoding.UTF8.GetBytes(learned.Name)) + learned.Name.Length;
        // One column fewer: the last weights, of what is always 0 here, are not there.
        var (end, pair) = (weights + 1 + (Columns.Count * 2 * sizeof(float)), 2 * sizeof(float));
        byte[] before = [.. record[..weights], (byte)(Columns.Count - 1), .. record[(weights + 1)..(end - pair)], .. record[end..]];
        var facts = LoggedFacts.Read(before)!;

        Assert.Equal(learned.Compiled().Weights(false), facts.Slots[0].Ranker.Weights(false));
        Assert.True(Personalization.Decisions.Explaining.Replay.Of(facts).Same);
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    private static Decision Decide(string body, Ranker? ranker = null)
    {
        IDecisionEngine engine = body.Contains("candidates", StringComparison.Ordinal) ? new SearchEngine(Options) : body.Contains("slots", StringComparison.Ordinal) ? new HomepageEngine(Made.NoCompanions, Options) : new RecommendationEngine(Made.NoCompanions, Options);
        return new Made { Profile = Made.Met(EventType.View, "boot", "scarf"), Ranker = ranker }.By(engine, body);
    }
}
