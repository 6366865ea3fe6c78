using System.Buffers.Binary;
using System.Text.Json;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Training.Ordering;
using Personalization.Training.Ranking;

namespace Personalization.Tests.Training.Ordering;

/// <summary>Whatever is in the log, a run ends and says what became of it.</summary>
public sealed class UnusualChoicesTests
{
    private const DecisionEngine Search = DecisionEngine.Search;

    private readonly Random random = new(3);

    [Theory]
    [InlineData(1e-6f)]
    [InlineData(1f)]
    [InlineData(1e12f)]
    [InlineData(1e36f)]
    public void However_large_or_small_a_column_is_what_comes_of_it_can_be_published_or_the_reason_is_told(float size)
    {
        var (finding, learned) = Learn([.. Enumerable.Range(0, 1000).Select(n => Chosen(n, Column.Trending, size))], new(7, 500));
        Assert.True(learned is null || learned.IsWhole());
        Assert.Equal(learned is not null, LearnedRanker.IsName(finding.Became));
        Written(finding);
    }

    [Fact]
    public void Where_one_person_made_all_the_newest_choices_they_prove_nothing()
    {
        var (finding, learned) = Learn([.. Enumerable.Range(0, 100).Select(n => Chosen(n, Column.Brand, 1, person: n < 80 ? n : 1000))], new(7, 100));
        Assert.Null(learned);
        Written(finding);
    }

    [Fact]
    public void The_newest_choices_of_a_handful_of_people_prove_nothing()
    {
        var (finding, learned) = Learn([.. Enumerable.Range(0, 100).Select(n => Chosen(n, Column.Brand, 1, person: n < 80 ? n : 1000 + (n % 3)))], new(7, 100));
        Assert.Null(learned);
        Assert.Contains("people", finding.Became, StringComparison.Ordinal);
        Written(finding);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-5f)]
    [InlineData(7f)]
    public void A_place_that_was_filled_with_no_probability_is_left_out(float propensity)
    {
        var (d, _) = new Shoppers(Search, 0.3f, 1).Ask();
        var record = d.Record.Written.ToArray();
        BinaryPrimitives.WriteSingleLittleEndian(record.AsSpan(record.Length - sizeof(float)), propensity);
        var choice = Assert.Single(LoggedChoice.Of(LoggedFacts.Read(record)!, d.Id, 1, [d.Pool.Keys[d.Placed[0].Candidate]]));

        Assert.Equal(d.Placed.Count - 2, choice.Choice.Others.Count);
        Assert.InRange(choice.Chance, 0, d.Placed.Count);
    }

    private static void Written(RankerFinding finding) => Assert.NotEmpty(JsonSerializer.Serialize(finding));

    /// <summary>Of five the one is chosen, mostly, that has most of a column; what stands where is chance.</summary>
    private LoggedChoice Chosen(int n, Column column, float size, int? person = null)
    {
        var rows = Enumerable.Range(0, 5).Select(place =>
        {
            var terms = new float[LoggedTerms.Count];
            (terms[(int)column], terms[LoggedTerms.Standard], terms[LoggedTerms.Place]) = (size * random.NextSingle(), random.NextSingle(), -MathF.Log(1 + place));
            return terms;
        }).OrderByDescending(t => t[(int)column]).ToList();
        if (random.NextDouble() < 0.2) rows.Reverse();
        return new(Search, (UInt128)(person ?? (n % 200)), new((ulong)n, 1), 1, new(rows[0], rows[1..], 1));
    }

    private static (RankerFinding Finding, LearnedRanker? Learned) Learn(IReadOnlyList<LoggedChoice> choices, LoggedOptions options) =>
        RankerLearning.Run(Search, choices, Shoppers.Start, options, 1, default);
}
