using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Catalog;

public sealed class CatalogueEndpointTests
{
    [Fact]
    public async Task Attributes_are_declared_listed_and_held_to()
    {
        await using var server = await RunningServer.WithKeys();
        using var marketer = server.Caller(RunningServer.MarketerKey);
        Assert.Equal("""{"declared":1,"itemsOutside":0}""", await Text(await Send(marketer, "PUT", "/catalog/attributes", """[{"name":"colour","kind":"choice","values":["red"]}]""")));
        Assert.Equal("""{"attributes":[{"name":"colour","kind":"choice","values":["red"]}]}""", await marketer.GetStringAsync("/catalog/attributes"));
        using var refused = JsonDocument.Parse(await Text(await Send(marketer, "PUT", "/catalog/items", """[{"id":"a","category":"c","attributes":{"colour":"green"}}]""")));
        Assert.Equal("[0].attributes.colour", refused.RootElement.GetProperty("field").GetString());
        Assert.Equal("""{"upserted":1}""", await Text(await Send(marketer, "PUT", "/catalog/items", """[{"id":"a","category":"c","attributes":{"colour":"red"}}]""")));
    }

    [Fact]
    public async Task What_changes_from_hour_to_hour_changes_without_sending_the_item_again()
    {
        await using var server = await RunningServer.WithKeys();
        using var marketer = server.Caller(RunningServer.MarketerKey);
        (await Send(marketer, "PUT", "/catalog/items", """[{"id":"a","category":"c"}]""")).EnsureSuccessStatusCode();
        Assert.Equal("""{"changed":1,"unknown":["b"]}""", await Text(await Send(marketer, "PATCH", "/catalog/items", """[{"id":"a","available":false},{"id":"b","available":true}]""")));
        Assert.Equal("""{"id":"a","category":"c","available":false}""", await marketer.GetStringAsync("/catalog/items/a"));
    }

    [Theory]
    [InlineData("PATCH", "/catalog/items", "[null]", "[0]"), InlineData("PATCH", "/catalog/items", """[{"id":"a"}]""", "[0].available"), InlineData("PATCH", "/catalog/items", """[{"available":true}]""", "[0].id")]
    [InlineData("PATCH", "/catalog/items", """[{"id":"a","price":1}]""", "[0].currency"), InlineData("PATCH", "/catalog/items", """[{"id":"a","price":-1,"currency":"EUR"}]""", "[0].price")]
    [InlineData("PUT", "/catalog/attributes", "[null]", "[0]"), InlineData("PUT", "/catalog/attributes", """[{"name":"a","kind":"b"}]""", "[0].kind")]
    [InlineData("PUT", "/catalog/attributes", """[{"name":"a","kind":"text"},{"name":"a","kind":"text"}]""", "name")]
    public async Task What_is_wrong_is_said_with_its_place(string method, string path, string body, string field)
    {
        await using var server = await RunningServer.WithKeys();
        using var marketer = server.Caller(RunningServer.MarketerKey);
        var answer = await Send(marketer, method, path, body);
        using var problem = JsonDocument.Parse(await Text(answer));
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.StatusCode, problem.RootElement.GetProperty("field").GetString()));
    }

    private static async Task<HttpResponseMessage> Send(HttpClient http, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await http.SendAsync(request);
    }

    private static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
