using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Triggers;

/// <summary>What is told of published versions, byte for byte: rules, experiments and campaigns alike.</summary>
public sealed class PublishedAnswersTests
{
    private const string
        Rules = """{"note":"\u00FC\u003C","rules":[{"id":"p","kind":"bury","priority":2,"items":{"ids":["boot"],"priceFrom":1.50,"currency":"EUR"}}]}""",
        Experiments = """{"note":"n","holdout":{"share":0.1,"seed":"q"},"layers":[{"id":"l","experiments":[{"id":"a","share":0.5,"variants":[{"name":"x","weight":1},{"name":"y","weight":2}]}]}]}""",
        Campaigns = """{"note":"n","campaigns":[{"id":"c","value":1,"urgency":0.5,"transactional":false,"caps":[{"count":1,"per":"day"}]}],"caps":[{"id":"s","count":3,"per":"week"}],"quietHours":{"from":"21:00","until":"08:00"}}""";

    [Theory]
    [InlineData("rules", Rules, """{"rules":[]}""", ""","conflicts":[]"""), InlineData("experiments", Experiments, """{"layers":[]}""", ""), InlineData("campaigns", Campaigns, """{"campaigns":[]}""", "")]
    public async Task Each_answer_is_what_it_was_told_to_be(string name, string set, string none, string more)
    {
        await using var world = await PrivacyWorld.Open();
        async Task<string> Call(string method, string path, string? body = null, int status = 200) => (await world.Call(method, path, body, status)).GetRawText();
        var (first, empty) = (Time(world), none[1..]);
        Assert.Equal($$"""{"version":0,"inForce":true,"broken":false,{{empty}}""", await Call("GET", name));
        Assert.Equal("""{"inForce":0,"newest":0,"moves":[],"versions":[]}""", await Call("GET", $"{name}/versions"));
        Assert.Equal($$"""{"version":1,"{{name}}":1{{more}}}""", await Call("PUT", name, set));
        Assert.Equal($$"""{"version":1,"inForce":true,"since":"{{first}}","broken":false,{{set[1..]}}""", await Call("GET", name));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal($$"""{"version":2,"{{name}}":0{{more}}}""", await Call("PUT", name, none));
        Assert.Equal($$"""{"version":2,"inForce":true,"since":"{{Time(world)}}","broken":false,{{empty}}""", await Call("GET", name));
        await world.Storage.Documents.Put(PolicyRecord.Store, name, "v000002", "{"u8.ToArray(), Condition.None, null, default);
        Assert.Equal($$"""{"version":2,"inForce":true,"since":"{{Time(world)}}","broken":true}""", await Call("GET", name));
        var note = JsonDocument.Parse(set).RootElement.GetProperty("note").GetRawText();
        Assert.Equal(
            $$"""{"inForce":2,"since":"{{Time(world)}}","newest":2,"moves":[{"version":2,"at":"{{Time(world)}}"},{"version":1,"at":"{{first}}"}],"versions":[{"version":2,"broken":true},{"version":1,"note":{{note}},"{{name}}":1,"broken":false}]}""",
            await Call("GET", $"{name}/versions"));
        Assert.Equal("""{"version":1}""", await Call("POST", $"{name}/revert", "{}"));
        Assert.EndsWith("version-broken", JsonDocument.Parse(await Call("POST", $"{name}/revert", """{"to":2}""", 409)).RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
        var told = (await world.Call("GET", "audit/entries", null, 200)).GetProperty("entries").EnumerateArray().Where(e => e.GetProperty("type").GetString() == $"{name}-promoted").Select(e => e.GetProperty("open").GetRawText());
        Assert.Equal([Told(1, 0, set), Told(2, 1, none), Told(1, 2, set)], told);
    }

    private static string Told(int version, int before, string body) => $$"""{"before":"{{before}}","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}}","version":"{{version}}"}""";

    private static string Time(PrivacyWorld world) => JsonSerializer.Serialize(world.Clock.GetUtcNow(), Stored.Default.DateTimeOffset).Trim('"');
}
