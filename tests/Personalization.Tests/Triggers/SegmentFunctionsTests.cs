using System.Net;
using System.Text.Json;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>Marketers reserve places for campaigns.</summary>
public sealed class SegmentFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys(("Tiers__Singletons", "100"));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task One_place_more_than_there_are_is_refused_and_another_time_is_not()
    {
        await Reserve("spring", 60, "2090-03-01", "2090-03-10");
        await Reserve("shoes", 40, "2090-03-05", "2090-03-20");
        var refused = await Reserve("more", 1, "2090-03-01", "2090-03-06", HttpStatusCode.Conflict);
        Assert.EndsWith("budget-spent", refused.GetProperty("type").GetString(), StringComparison.Ordinal);
        await Reserve("more", 40, "2090-03-01", "2090-03-05");
        await Reserve("more", 60, "2090-03-10", "2090-03-20");
        var shown = await server.Call(RunningServer.ComplianceKey, "GET", "/segments/budget");
        Assert.Equal(("100", "01:00:00", "0"), (shown.GetProperty("singletons").GetRawText(), shown.GetProperty("window").GetString(), shown.GetProperty("held").GetRawText()));
        Assert.Equal([("spring", 60), ("shoes", 40), ("more", 60)], shown.GetProperty("reservations").EnumerateArray().Select(r => (r.GetProperty("campaign").GetString()!, r.GetProperty("singletons").GetInt32())));
    }

    [Fact]
    public async Task What_a_campaign_says_again_takes_the_place_of_what_it_said_and_none_takes_it_back()
    {
        await Reserve("spring", 100, "2090-03-01", "2090-03-10");
        await Reserve("spring", 80, "2090-03-01", "2090-03-10");
        await Reserve("shoes", 20, "2090-03-01", "2090-03-10");
        Assert.Equal(1, (await Reserve("spring", 0, "2090-03-01", "2090-03-10")).GetProperty("reservations").GetArrayLength());
    }

    [Fact]
    public async Task What_is_over_goes_by_itself()
    {
        await Reserve("old", 100, "2001-03-01", "2001-03-10");
        Assert.Equal(0, (await server.Call(RunningServer.MarketerKey, "GET", "/segments/budget")).GetProperty("reservations").GetArrayLength());
    }

    [Fact]
    public async Task Of_many_at_once_exactly_those_are_taken_for_whom_there_is_room()
    {
        using var http = server.Caller(RunningServer.MarketerKey);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => http.PutAsync("/segments/budget", new StringContent(Body($"c{n}", 10, "2090-03-01", "2090-03-10"), null, "application/json"))));
        Assert.Equal((10, 2), (answers.Count(a => a.StatusCode == HttpStatusCode.OK), answers.Count(a => a.StatusCode == HttpStatusCode.Conflict)));
        Assert.Equal(10, (await server.Call(RunningServer.MarketerKey, "GET", "/segments/budget")).GetProperty("reservations").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"singletons":1,"from":"2090-03-01T00:00:00Z","until":"2090-03-02T00:00:00Z"}""", "campaign"), InlineData("""{"campaign":"c","singletons":-1,"from":"2090-03-01T00:00:00Z","until":"2090-03-02T00:00:00Z"}""", "singletons")]
    [InlineData("""{"campaign":"c","singletons":1,"from":"2090-03-01","until":"2090-03-02T00:00:00Z"}""", "from"), InlineData("""{"campaign":"c","singletons":1,"from":"2090-03-02T00:00:00Z","until":"2090-03-02T00:00:00Z"}""", "until")]
    [InlineData("""{"campaign":"c","singletons":1,"from":"2090-03-02T00:00:00Z","until":"2190-03-02T00:00:00Z"}""", "until")]
    public async Task What_is_wrong_is_said_with_its_place(string body, string field) =>
        Assert.Equal(field, (await server.Call(RunningServer.MarketerKey, "PUT", "/segments/budget", body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task Marketers_reserve_and_all_staff_see()
    {
        Assert.Equal(["marketer"], await server.AllowedTo("PUT", "/segments/budget", Body("c", 1, "2090-03-01", "2090-03-02")));
        Assert.Equal(["marketer", "compliance", "operator"], await server.AllowedTo("GET", "/segments/budget"));
    }

    private Task<JsonElement> Reserve(string campaign, int singletons, string from, string until, HttpStatusCode expected = HttpStatusCode.OK) =>
        server.Call(RunningServer.MarketerKey, "PUT", "/segments/budget", Body(campaign, singletons, from, until), expected);

    private static string Body(string campaign, int singletons, string from, string until) =>
        $$"""{"campaign":"{{campaign}}","singletons":{{singletons}},"from":"{{from}}T00:00:00Z","until":"{{until}}T00:00:00Z"}""";
}
