using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Events;
using Personalization.Models;
using Personalization.Popularity;
using Personalization.Tests.Models;

namespace Personalization.Tests.Decisions;

/// <summary>A promoted model has a say in what people get, and in nobody's answer but theirs.</summary>
public sealed class LearnedTests
{
    private static readonly RecommendationEngine Recommend = new(Made.NoCompanions, Made.Options(Rankers.Personal));
    private static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With([.. Enumerable.Range(0, 400).Select(i => Made.Item($"item-{i:d2}", "all"))]);
    private static readonly Serving Model = new(new("m", "-"), Learn.TwoKinds("m", items: 400));

    [Fact]
    public void What_is_to_their_taste_is_found_among_many_and_comes_first()
    {
        var d = Ask(Recommend, """{"visitor":"v","count":20}""");
        Assert.Equal(20, Made.Ids(d).Count);
        Assert.All(Made.Ids(d), id => Assert.Equal(0, Number(id) % 2));
        Assert.Contains("model", Made.Reasons(d, Made.Ids(d)[0]));
        Assert.Equal("m", Made.Answer(d).GetProperty("versions").GetProperty("model").GetString());
    }

    [Fact]
    public void A_homepage_and_a_search_listen_to_it_as_well()
    {
        var page = Ask(new HomepageEngine(Made.NoCompanions, Made.Options(Rankers.Personal)), """{"visitor":"v","slots":[{"name":"for-you","count":10}]}""");
        Assert.All(Made.Ids(page), id => Assert.Equal(0, Number(id) % 2));
        var found = Ask(new SearchEngine(Made.Options(Rankers.Search)), """{"visitor":"v","candidates":[{"id":"item-11","relevance":1},{"id":"item-12","relevance":1},{"id":"item-13","relevance":1}]}""");
        Assert.Equal("item-12", Made.Ids(found)[0]);
    }

    [Fact]
    public void Who_is_unknown_or_may_not_be_known_gets_nothing_of_it()
    {
        var d = new Made { Items = Catalogue, Ranking = PopularItems.None, Model = Model }.By(Recommend, """{"visitor":"v"}""");
        Assert.Equal(0u, d.Pool.Filled & Columns.Personal);
        Assert.False(d.Taste.Speaks);
    }

    [Fact]
    public void Where_it_cannot_be_loaded_the_answer_is_useful_and_says_so()
    {
        var d = Ask(Recommend, """{"visitor":"v"}""", Serving.None with { Missing = true });
        Assert.Equal((10, "model-unavailable", true), (Made.Ids(d).Count, Made.Fallback(d), d.Degraded));
        Assert.Equal("none", Made.Answer(d).GetProperty("versions").GetProperty("model").GetString());
    }

    private static Personalization.Decisions.Decision Ask(Personalization.Decisions.IDecisionEngine engine, string body, Serving? model = null) =>
        new Made { Items = Catalogue, Ranking = PopularItems.None, Model = model ?? Model, Profile = Made.Met(Catalogue, EventType.View, "item-100", "item-200") }.By(engine, body);

    private static int Number(string id) => int.Parse(id.AsSpan("item-".Length), System.Globalization.CultureInfo.InvariantCulture);
}
