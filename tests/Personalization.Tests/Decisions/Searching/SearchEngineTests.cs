using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Searching;
using Personalization.Events;

namespace Personalization.Tests.Decisions.Searching;

public sealed class SearchEngineTests
{
    private static readonly SearchEngine Engine = new(Made.Options(Rankers.Search, FallbackPolicy.Given));

    [Fact]
    public void Where_nothing_is_known_the_order_stays_as_it_came()
    {
        var d = new Made().By(Engine, """{"candidates":[{"id":"sandal","relevance":3},{"id":"boot","relevance":2.5},{"id":"scarf","relevance":2.5},{"id":"elsewhere","relevance":-1}]}""");
        Assert.Equal(["sandal", "boot", "scarf", "elsewhere"], Made.Ids(d));
        Assert.Equal("unknown-person", Made.Fallback(d));
    }

    [Fact]
    public void Candidates_without_relevance_are_in_the_order_of_the_request() =>
        Assert.Equal(["scarf", "x", "boot"], Made.Ids(new Made().By(Engine, """{"candidates":[{"id":"scarf"},{"id":"x"},{"id":"boot"}]}""")));

    [Fact]
    public void The_best_comes_first_however_they_are_sent() =>
        Assert.Equal(["a", "b", "c"], Made.Ids(new Made().By(Engine, """{"candidates":[{"id":"c","relevance":1},{"id":"a","relevance":1e300},{"id":"b","relevance":2}]}""")));

    [Theory]
    [InlineData("1.7e308", "0", "-1.7e308"), InlineData("1e308", "-1e308", "-1.1e308"), InlineData("1e-320", "5e-324", "0"), InlineData("0", "-0", "-1e-400")]
    public void However_far_apart_they_are_the_best_comes_first(string best, string middle, string worst)
    {
        var d = new Made().By(Engine, $$"""{"candidates":[{"id":"a","relevance":{{best}}},{"id":"b","relevance":{{middle}}},{"id":"c","relevance":{{worst}}}]}""");
        Assert.Equal(["a", "b", "c"], Made.Ids(d));
        Assert.All(d.Placed, p => Assert.InRange(p.Score, 0, 1));
        Assert.Equal(1, d.Placed[0].Score);
    }

    [Theory]
    [InlineData("footwear"), InlineData("\\u0066ootwear"), InlineData("x\\nfootwear")]
    public void Words_of_the_search_are_read_however_they_are_written(string query)
    {
        var body = $$"""{"query":"{{query}}","candidates":[{"id":"scarf","relevance":1},{"id":"boot","relevance":0.99},{"id":"x","relevance":0}]}""";
        Assert.Equal(["boot", "scarf", "x"], Made.Ids(new Made { Profile = Made.Met(EventType.View, "gone") }.By(Engine, body)));
        Assert.Contains("named-in-query", Made.Reasons(new Made { Profile = Made.Met(Made.Catalogue, EventType.View, "scarf") }.By(Engine, body), "boot"));
    }

    [Fact]
    public void Words_of_the_search_make_no_stranger_known()
    {
        var d = new Made().By(Engine, """{"query":"footwear","candidates":[{"id":"scarf","relevance":1},{"id":"boot","relevance":0.99}]}""");
        Assert.Equal(["scarf", "boot"], Made.Ids(d));
        Assert.Equal("unknown-person", Made.Fallback(d));
    }

    [Fact]
    public void What_someone_is_drawn_to_overtakes_what_is_nearly_as_relevant()
    {
        var d = new Made { Profile = Made.Met(EventType.AddToCart, "gone") }.By(Engine, """{"candidates":[{"id":"scarf","relevance":1},{"id":"boot","relevance":0.9},{"id":"x","relevance":0}]}""");
        Assert.Equal(["boot", "scarf", "x"], Made.Ids(d));
        Assert.Null(Made.Fallback(d));
    }

    [Fact]
    public void Filters_are_the_frontends_nothing_is_added_and_nothing_taken_away()
    {
        var d = new Made { Profile = Made.Met(EventType.View, "boot") }.By(Engine, """{"candidates":[{"id":"gone","relevance":1},{"id":"sandal","relevance":0.9}]}""");
        Assert.Equal(["gone", "sandal"], Made.Ids(d).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_id_comes_back_as_it_was_written()
    {
        var d = new Made().By(Engine, """{"candidates":[{"id":"a\u00e4\n\"","relevance":1}]}""");
        Assert.Equal("aä\n\"", Made.Answer(d).GetProperty("items")[0].GetProperty("id").GetString());
    }
}
