using System.Net;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>The vault over the wire.</summary>
public sealed class VaultFunctionsTests : IAsyncLifetime
{
    private const string Everything = """{"personalization":true,"sensitive":true,"location":true}""";

    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.WithKeys();
        await server.Stock(("boot", "footwear"), ("tent", "camping"));
    }

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task What_was_bought_searched_for_and_from_where_is_told_to_who_has_a_pass()
    {
        await Consent(true);
        await server.Send(
            Sending.View("1", item: "boot", consent: Everything, more: ""","value":59.5,"currency":"EUR","context":{"region":"DE"}""").Replace("view", "purchase", StringComparison.Ordinal),
            Sending.View("2", item: "boot", consent: Everything, more: ""","query":"a tent for camping","context":{"region":"DE"}""").Replace("view", "search", StringComparison.Ordinal),
            Sending.View("3", item: "unheard-of", consent: Everything, more: ""","context":{"region":"FR"}""").Replace("view", "purchase", StringComparison.Ordinal));
        await server.Applied(3);
        var content = await Read(await Pass());
        var purchases = content.GetProperty("purchases");
        Assert.Equal(["boot", "no longer in the catalogue"], purchases.GetProperty("items").EnumerateArray().Select(i => i.GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal((2, 59.5), (Math.Round(purchases.GetProperty("frequency").GetDouble(), 2), Math.Round(purchases.GetProperty("value").GetDouble(), 2)));
        var search = Assert.Single(content.GetProperty("searches").EnumerateArray());
        Assert.Equal(("Category", "camping"), (search.GetProperty("kind").GetString(), search.GetProperty("name").GetString()));
        Assert.Equal("DE", content.GetProperty("region").GetString());
    }

    [Fact]
    public async Task A_withdrawal_closes_the_vault_at_once_and_a_new_consent_opens_an_empty_one()
    {
        await Consent(true);
        await server.Send(Sending.View("1", consent: Everything).Replace("view", "purchase", StringComparison.Ordinal));
        await server.Applied(1);
        var pass = await Pass();
        Assert.True((await Read(pass)).TryGetProperty("purchases", out _));
        await Consent(false);
        var refused = await Read(pass, HttpStatusCode.Forbidden);
        Assert.Equal("urn:personalization:problem:no-consent", refused.GetProperty("type").GetString());
        await Consent(true);
        var empty = await Read(pass);
        Assert.False(empty.TryGetProperty("purchases", out _));
        Assert.Equal(0, empty.GetProperty("searches").GetArrayLength());
    }

    [Fact]
    public async Task Consent_that_only_events_spoke_of_does_not_open_it()
    {
        await server.Send(Sending.View("1", consent: Everything).Replace("view", "purchase", StringComparison.Ordinal));
        await server.Applied(1);
        await Read(await Pass(), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_a_pass_or_with_one_that_is_none_it_is_closed()
    {
        await Consent(true);
        var good = await Pass();
        var problem = await server.Call(RunningServer.ComplianceKey, "GET", "/vault", null, HttpStatusCode.Unauthorized);
        Assert.Equal("urn:personalization:problem:no-vault-pass", problem.GetProperty("type").GetString());
        await Read((good[0] == 'x' ? "y" : "x") + good[1..], HttpStatusCode.Unauthorized);
        await Read("!" + good[1..], HttpStatusCode.Unauthorized);
        await Read(good + good, HttpStatusCode.Unauthorized);
        await Read(good);
    }

    [Fact]
    public async Task A_pass_lasts_as_long_as_asked_for_and_a_quarter_of_an_hour_at_most()
    {
        foreach (var (asked, minutes) in new[] { ("", 15), (",\"minutes\":1", 1), (",\"minutes\":15", 15) })
        {
            var issued = await server.Call(RunningServer.ComplianceKey, "POST", "/vault/passes", $$"""{"visitor":"v","purpose":"personalization"{{asked}}}""", HttpStatusCode.Created);
            Assert.InRange(issued.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(minutes - 0.9), TimeSpan.FromMinutes(minutes));
        }
    }

    [Theory]
    [InlineData("""{"purpose":"personalization"}""", "visitor"), InlineData("""{"visitor":"v"}""", "purpose"), InlineData("""{"visitor":"v","purpose":"curiosity"}""", "purpose")]
    [InlineData("""{"visitor":"v","purpose":"personalization","minutes":16}""", "minutes"), InlineData("""{"visitor":"v","purpose":"personalization","minutes":0}""", "minutes")]
    [InlineData("""{"visitor":"v","purpose":"personalization","forever":true}""", "forever")]
    public async Task A_pass_that_cannot_be_is_refused_with_its_field(string body, string field) =>
        Assert.Equal(field, (await server.Call(RunningServer.ComplianceKey, "POST", "/vault/passes", body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task Compliance_may_and_nobody_else()
    {
        Assert.Equal(["compliance"], await server.AllowedTo("POST", "/vault/passes", """{"visitor":"v","purpose":"personalization"}"""));
        Assert.Equal(["compliance"], await server.AllowedTo("GET", "/vault"));
    }

    private async Task<string> Pass() =>
        (await server.Call(RunningServer.ComplianceKey, "POST", "/vault/passes", """{"visitor":"v","purpose":"personalization"}""", HttpStatusCode.Created)).GetProperty("pass").GetString()!;

    private Task<System.Text.Json.JsonElement> Read(string pass, HttpStatusCode expected = HttpStatusCode.OK) =>
        server.Call(RunningServer.ComplianceKey, "GET", "/vault", null, expected, ("x-vault-pass", pass));

    private Task Consent(bool sensitive) => server.Call(RunningServer.FrontendKey, "PUT", "/consent",
        $$"""{"visitor":"v","purposes":{"personalization":true,"sensitive":{{(sensitive ? "true" : "false")}},"location":true},"source":"s","noticeVersion":"1"}""");
}
