using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Training.Ordering;

namespace Personalization.Tests.Training.Ordering;

/// <summary>What people choose tells what they wish, where chance moved some of it; else it tells where things stood.</summary>
public sealed class RankerLearningTests
{
    private const DecisionEngine Search = DecisionEngine.Search;

    private static readonly LoggedOptions Options = new(7, 500);

    [Fact]
    public void Learns_what_people_wish_and_not_where_things_stood()
    {
        var people = new Shoppers(Search, 0.3f, 1, (Column.Brand, 3), (Column.Seen, 2), (Column.Relevance, 0.5));
        var (finding, learned) = Learn(people.Choices(2000));

        Assert.True(people.Agrees(learned!.Compiled()) > 0.95, $"{people.Agrees(learned.Compiled())}");
        Assert.True(people.Agrees(Rankers.Search) < 0.6);
        Assert.True(finding.Low > 0 && finding.Low < finding.Gain && finding.Gain < finding.High);
        Assert.Equal(learned.Name, finding.Became);
    }

    [Fact]
    public void Whatever_the_pull_of_places_it_is_found_beside_the_wishes()
    {
        foreach (var pull in new[] { 0, 0.5, 1, 2 })
        {
            var people = new Shoppers(Search, 0.3f, pull, (Column.Brand, 2));
            var weights = Personalization.Training.Ranking.LinearRanking.Learn([.. people.Choices(3000).Select(c => c.Choice)], LoggedTerms.Count);
            Assert.InRange(weights[LoggedTerms.Place], pull - 0.25, pull + 0.25);
        }
    }

    [Fact]
    public void Where_people_only_take_what_stands_first_nothing_is_learned()
    {
        var (finding, learned) = Learn(new Shoppers(Search, 0.3f, 1.5).Choices(1500));
        Assert.Null(learned);
        Assert.Contains("not clearly better", finding.Became, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_standard_ranker_is_what_people_wish_it_stays()
    {
        var wishes = Enumerable.Range(0, Columns.Count).Select(c => ((Column)c, 3.0 * Rankers.Personal.Weights(false)[c])).ToArray();
        Assert.Null(Learn(new Shoppers(DecisionEngine.Homepage, 0.2f, 1, wishes).Choices(1500), DecisionEngine.Homepage).Learned);
    }

    [Fact]
    public void Without_chance_nobody_can_tell_and_the_reason_says_what_to_do()
    {
        Assert.Contains("Search__Explore", Learn(new Shoppers(Search, 0, 1, (Column.Brand, 3)).Choices(1000)).Finding.Became, StringComparison.Ordinal);
        Assert.Contains("Decisions__Explore", Learn(new Shoppers(DecisionEngine.Homepage, 0, 1, (Column.Brand, 3)).Choices(1000), DecisionEngine.Homepage).Finding.Became, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_choices_or_the_choices_of_few_teach_nothing()
    {
        var people = new Shoppers(Search, 0.3f, 1, (Column.Brand, 3));
        Assert.Contains("500 choices are needed", Learn(people.Choices(499)).Finding.Became, StringComparison.Ordinal);
        Assert.Contains("50 people are needed", Learn(people.Choices(600, people: 49)).Finding.Became, StringComparison.Ordinal);
        Assert.Contains("500 choices", Learn([]).Finding.Became, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_are_as_far_apart_as_before_so_that_boosts_count_as_much()
    {
        var people = new Shoppers(Search, 0.3f, 1, (Column.Brand, 6), (Column.Seen, 5));
        var (learned, lists) = (Learn(people.Choices(2000)).Learned!.Compiled(), Enumerable.Range(0, 100).Select(_ => people.Ask().Decision).ToList());
        Assert.InRange(lists.Average(d => Spread(learned, d)) / lists.Average(d => Spread(Rankers.Search, d)), 0.7, 1.4);
    }

    [Fact]
    public void Going_on_from_a_learned_ranker_finds_the_same_wishes()
    {
        var first = Learn(new Shoppers(Search, 0.3f, 1, (Column.Brand, 3), (Column.Seen, 2)).Choices(1500)).Learned!.Compiled();
        var people = new Shoppers(Search, 0.3f, 1, (Column.Brand, 3), (Column.Seen, 2)) { By = first };
        Assert.True(people.Agrees(Learn(people.Choices(2000)).Learned!.Compiled()) > 0.95);
    }

    [Fact]
    public void Chance_is_what_propensities_say_it_was()
    {
        // Seven places of eight are chosen among five or more, by 1 - 0.3 + 0.06 or 0.06 each.
        var chance = new Shoppers(Search, 0.3f, 1).Choices(1).Single().Chance;
        Assert.InRange(chance, 8 * 0.06 * 0.94 - 1e-4, (8 * 0.76 * 0.24) + 1e-4);
        Assert.Equal(0, new Shoppers(Search, 0, 1).Choices(1).Single().Chance);
    }

    private static double Spread(Ranker ranker, Decision d)
    {
        double[] scores = [.. d.Placed.Select(p => Shoppers.Score(ranker, d.Pool, p.Candidate))];
        return Math.Sqrt(scores.Average(s => Math.Pow(s - scores.Average(), 2)));
    }

    private static (RankerFinding Finding, LearnedRanker? Learned) Learn(IReadOnlyList<LoggedChoice> choices, DecisionEngine engine = Search) =>
        RankerLearning.Run(engine, choices, Shoppers.Start, Options, 1, default);
}
