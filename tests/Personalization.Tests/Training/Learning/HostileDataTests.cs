using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>Whatever the data are, there is a model of numbers or an error that says what is wrong.</summary>
public sealed class HostileDataTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var family in new[] { "als", "als exact", "ease", "graph", "cooccurrence", "blend", "popularity", "repeat" })
                foreach (var data in new[] { "nothing", "nobody", "no items", "one person", "one item", "one of each", "alike", "twice", "huge", "tiny", "everything", "unmet items", "one for all" }) all.Add(family, data);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_family_makes_a_model_of_numbers(string family, string data)
    {
        var people = Of(data);
        var model = Shops.Learn(family, people);
        for (var person = 0; person < people.Rows; person++)
            Assert.All(Shops.Scores(model, people.Width, people.ColumnsOf(person), people.WeightsOf(person)), s => Assert.True(float.IsFinite(s)));
        Assert.All(Shops.Scores(model, people.Width, [], []), s => Assert.True(float.IsFinite(s)));
        if (people.Width == 0 || family is "popularity" or "repeat") return;
        var file = ModelFile.Write(Shops.Served(model, people.Width));
        Assert.Equal(file, ModelFile.Write(ModelFile.Read("m", file)!));
    }

    [Theory]
    [InlineData(1e-30f, 1e-30f, 0f), InlineData(1e-20f, 1e-38f, 1f), InlineData(float.Epsilon, float.Epsilon, 0f), InlineData(3e38f, 3e38f, 1f), InlineData(1e-10f, 1e-12f, 3e38f)]
    public void Vectors_that_run_out_of_numbers_are_an_error_and_no_model(float background, float regularisation, float slope)
    {
        foreach (var steps in new[] { 0, 3 })
        {
            var settings = new FactorSettings(16, new(background, regularisation, 0.5f, slope), 5, steps);
            try
            {
                var model = AlternatingSquares.Learn(Shops.Drawn(60, 30, 1), settings, 2, default);
                Assert.All(model.Rows(), v => Assert.True(float.IsFinite(v)));
                Assert.NotNull(ModelFile.Read("m", ModelFile.Write(Shops.Served(model, 30))));
            }
            catch (ArithmeticException e)
            {
                Assert.Contains("no number", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Slopes_that_run_out_of_numbers_are_an_error_and_no_model()
    {
        var people = Shops.Drawn(60, 30, 1);
        Assert.Throws<ArithmeticException>(() => AlternatingSquares.Learn(people, new(16, new(0.1f, 0.1f, 0.5f, 3e38f), 3), 1, default));
        Assert.Throws<ArithmeticException>(() => ItemRegression.Learn(people, 1, 3e38f, 5, 1, default));
        Assert.Throws<ArithmeticException>(() => ItemRegression.Learn(Of("alike"), 1e-30f, 0, 5, 1, default));
    }

    private static Interactions Of(string data) => data switch
    {
        "nothing" => Interactions.Of([], 0),
        "nobody" => Interactions.Of([], 70),
        "no items" => Interactions.Of([[], []], 0),
        "one person" => Interactions.Of([[(0, 1f), (3, 2f)]], 5),
        "one item" => Interactions.Of([[(0, 1f)], [(0, 2f)], []], 1),
        "one of each" => Interactions.Of([[(0, 1f)]], 1),
        "alike" => Interactions.Of(Enumerable.Repeat<(int, float)[]>([(0, 1f), (1, 1f), (2, 1f)], 50), 3),
        "twice" => Interactions.Of([[(0, 1f), (0, 1f), (1, 1f)], [(1, 3f), (1, 3f)]], 2),
        "huge" => Interactions.Of(Shops.Rows(50, 20, 1).Select(r => r.Select(m => (m.Item, 1e30f * m.Weight))), 20),
        "tiny" => Interactions.Of(Shops.Rows(50, 20, 1).Select(r => r.Select(m => (m.Item, 1e-30f * m.Weight))), 20),
        "everything" => Interactions.Of([Enumerable.Range(0, 1500).Select(i => (i, 1f)), .. Shops.Rows(50, 1500, 1)], 1500),
        "unmet items" => Interactions.Of(Shops.Rows(50, 20, 1), 500),
        _ => Interactions.Of(Enumerable.Range(0, 1100).Select(_ => new[] { (0, 1f) }), 2),
    };
}
