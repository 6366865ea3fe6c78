using System.Net;
using System.Text;
using System.Text.Json;

namespace Personalization.Tests.Hosting.Http;

/// <summary>Bad input of every kind gets a precise problem, and the process goes on.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public async Task DisposeAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health/live")).StatusCode);
        await server.DisposeAsync();
    }

    /// <summary>Call, body, then the expected status, kind of problem and field.</summary>
    public static TheoryData<string, string, int, string, string?> Bodies => new()
    {
        { "POST /decisions/recommendations", "{\"visitor\":", 400, "not-json", null },
        { "POST /decisions/recommendations", "", 400, "not-json", null },
        { "POST /decisions/recommendations", "null", 400, "invalid-field", "" },
        { "POST /decisions/recommendations", "[]", 400, "wrong-type", "" },
        { "POST /decisions/recommendations", "{}", 400, "invalid-field", "visitor" },
        { "POST /decisions/recommendations", "{\"visitor\":\"\"}", 400, "invalid-field", "visitor" },
        { "POST /decisions/recommendations", "{\"visitor\":7}", 400, "wrong-type", "visitor" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"count\":\"x\"}", 400, "wrong-type", "count" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"count\":1.5}", 400, "wrong-type", "count" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"count\":0}", 400, "invalid-field", "count" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"count\":101}", 400, "invalid-field", "count" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"kind\":\"best\"}", 400, "invalid-field", "kind" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"kind\":\"similar\"}", 400, "invalid-field", "items" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"items\":[1]}", 400, "wrong-type", "items[0]" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"exlude\":[\"a\"]}", 400, "unknown-field", "exlude" },
        { "POST /decisions/search", "{\"visitor\":\"v\"}", 400, "invalid-field", "candidates" },
        { "POST /decisions/search", "{\"visitor\":\"v\",\"candidates\":[{\"id\":\"a\"},{\"id\":\"a\"}]}", 400, "invalid-field", "candidates[1].id" },
        { "POST /decisions/search", "{\"visitor\":\"v\",\"candidates\":[{\"id\":\"a\",\"relevance\":\"NaN\"}]}", 400, "wrong-type", "candidates[0].relevance" },
        { "POST /decisions/search", "{\"visitor\":\"v\",\"candidates\":[{\"id\":\"a\",\"relevance\":NaN}]}", 400, "not-json", null },
        { "POST /decisions/homepage", "{\"visitor\":\"v\",\"slots\":[{\"name\":\"nowhere\"}]}", 400, "invalid-field", "slots[0].name" },
        { "POST /decisions/homepage", "{\"visitor\":\"v\",\"slots\":[{\"name\":\"hero\",\"count\":101}]}", 400, "invalid-field", "slots[0].count" },
        { "POST /decisions/homepage", "{\"visitor\":\"v\",\"kind\":\"similar\"}", 400, "unknown-field", "kind" },
        { "PUT /catalog/items", "{}", 400, "wrong-type", "" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"kind\":\"similar\",\"items\":[null]}", 400, "wrong-type", "items[0]" },
        { "POST /decisions/recommendations", "{\"visitor\":\"v\",\"exclude\":[\"\"]}", 400, "invalid-field", "exclude[0]" },
        { "PUT /catalog/items", "[null]", 400, "invalid-field", "[0]" },
        { "PUT /catalog/items", "[{\"id\":\"a\"}]", 400, "invalid-field", "[0].category" },
        { "PUT /catalog/items", "[{\"id\":\"a\",\"category\":\"c\",\"price\":-1,\"currency\":\"EUR\"}]", 400, "invalid-field", "[0].price" },
        { "PUT /catalog/items", "[{\"id\":\"a\",\"category\":\"c\",\"price\":1}]", 400, "invalid-field", "[0].currency" },
        { "PUT /catalog/items", "[{\"id\":\"a\",\"category\":\"c\",\"price\":1,\"currency\":\"euro\"}]", 400, "invalid-field", "[0].currency" },
        { "PUT /catalog/items", "[{\"id\":\"a\",\"category\":\"c\",\"prise\":1}]", 400, "unknown-field", "[0].prise" },
        { "PUT /catalog/items", "[{\"id\":\"a\",\"category\":\"c\",\"attributes\":{\"k\":null}}]", 400, "invalid-field", "[0].attributes" },
        { "POST /events", "[]", 400, "invalid-field", "" },
        { "POST /events", "[{]", 400, "not-json", null },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_body_that_is_not_as_it_should_be_is_explained(string call, string body, int status, string kind, string? field)
    {
        var problem = await Problem(call, Json(body), status, kind);
        Assert.Equal(field, problem.TryGetProperty("field", out var f) ? f.GetString() : null);
    }

    [Theory]
    [InlineData("POST /decisions/recommendations", "wrong-type"), InlineData("PUT /catalog/items", "wrong-type"), InlineData("POST /events", "not-json")]
    public async Task Ten_thousand_levels_of_json_are_refused(string call, string kind) =>
        await Problem(call, Json(new string('[', 10_000) + new string(']', 10_000)), 400, kind);

    [Fact]
    public async Task Ten_thousand_levels_within_one_event_are_that_events_fault()
    {
        var lines = new StringContent("{\"id\":\"e\",\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}\n{\"id\":\"f\",\"type\":\"view\",\"visitor\":\"v\",\"item\":\"a\",\"consent\":{\"personalization\":true}}", Encoding.UTF8, "application/x-ndjson");
        var response = await server.Http.SendAsync(Request("POST /events", lines));
        var results = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("results");
        Assert.Equal(["rejected", "accepted"], results.EnumerateArray().Select(r => r.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("POST /decisions/recommendations"), InlineData("PUT /catalog/items"), InlineData("POST /events")]
    public async Task Two_megabytes_are_too_large_and_the_limit_is_named(string call)
    {
        var problem = await Problem(call, Json("\"" + new string('x', 2 * 1024 * 1024) + "\""), 413, "body-too-large");
        Assert.Equal("1048576 bytes", problem.GetProperty("limit").GetString());
    }

    [Fact]
    public async Task Two_megabytes_in_chunks_are_too_large_all_the_same()
    {
        var request = Request("POST /events", Json("\"" + new string('x', 2 * 1024 * 1024) + "\""));
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (int)(await server.Http.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("POST /decisions/recommendations"), InlineData("PUT /catalog/items"), InlineData("POST /events")]
    public async Task Invalid_utf8_is_refused(string call)
    {
        var content = new ByteArrayContent([.. "{\"visitor\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        await Problem(call, content, 400, "not-utf8");
    }

    [Theory]
    [InlineData("POST /decisions/recommendations", "text/plain"), InlineData("PUT /catalog/items", "application/x-ndjson"), InlineData("POST /events", "application/jsonp"), InlineData("POST /events", null)]
    public async Task Another_content_type_is_refused(string call, string? contentType)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        if (contentType is not null) content.Headers.ContentType = new(contentType);
        await Problem(call, content, 415, "wrong-content-type");
    }

    [Theory]
    [InlineData("GET /events", 405, "wrong-method"), InlineData("DELETE /catalog/items/a", 405, "wrong-method"), InlineData("POST /health/live", 405, "wrong-method"),
     InlineData("GET /Health/live", 404, "no-such-path"), InlineData("GET /catalog/Items/a", 404, "no-such-path"), InlineData("GET /nothing", 404, "no-such-path"),
     InlineData("POST /CollectEvents", 404, "no-such-path"), InlineData("POST /FeaturizeEvents", 404, "no-such-path"), InlineData("GET /catalog/items/none", 404, "no-such-item")]
    public async Task A_path_or_method_that_is_not_there_is_said_to_be_so(string call, int status, string kind) => await Problem(call, null, status, kind);

    [Theory]
    [InlineData("2026-03-14T15:09:26"), InlineData("2026-03-14"), InlineData("yesterday"), InlineData("")]
    public async Task A_time_without_its_offset_is_that_events_fault(string time)
    {
        var response = await server.Http.SendAsync(Request("POST /events", Json($$"""{"id":"e","type":"view","visitor":"v","item":"a","time":"{{time}}"}""")));
        var result = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("results")[0];
        Assert.Equal(("rejected", "time"), (result.GetProperty("status").GetString(), result.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_fault()
    {
        foreach (var type in new[] { "application/json", "application/x-ndjson" })
        {
            var content = new ByteArrayContent([.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes($$"""{"id":"marked as {{type}}","type":"view","visitor":"v","item":"a","consent":{"personalization":true} }""")]) { Headers = { ContentType = new(type) } };
            Assert.Contains("accepted", await (await server.Http.SendAsync(Request("POST /events", content))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Headers_over_the_limit_are_refused()
    {
        var request = Request("GET /health/live", null);
        request.Headers.Add("X-Large", new string('x', 40_000));
        Assert.Equal(431, (int)(await server.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Too_many_events_at_once_are_refused_with_the_limit()
    {
        var problem = await Problem("POST /events", Json("[" + string.Join(',', Enumerable.Repeat("{}", 1001)) + "]"), 400, "too-many-items");
        Assert.Equal("1000", problem.GetProperty("limit").GetString());
    }

    [Fact]
    public async Task Every_kind_of_problem_is_in_the_documentation()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "functions", "Personalization.Functions", "Hosting", "Http", "Problem.cs"))
            + await File.ReadAllTextAsync(Path.Combine(Repository.Root, "functions", "Personalization.Functions", "Hosting", "Http", "JsonFault.cs"));
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md"));
        var kinds = System.Text.RegularExpressions.Regex.Matches(source, "\\(\\d{3}, \"(?<kind>[a-z0-9-]+)\"", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(m => m.Groups["kind"].Value).ToList();
        Assert.True(kinds.Count > 15);
        Assert.All(kinds, k => Assert.Contains($"`{k}`", page, StringComparison.Ordinal));
    }

    private async Task<JsonElement> Problem(string call, HttpContent? content, int status, string kind)
    {
        var response = await server.Http.SendAsync(Request(call, content));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        var problem = JsonElement.Parse(text);
        Assert.Equal($"urn:personalization:problem:{kind}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem;
    }

    private static HttpRequestMessage Request(string call, HttpContent? content)
    {
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
        var key = path.StartsWith("/catalog", StringComparison.Ordinal) ? RunningServer.OperatorKey : RunningServer.FrontendKey;
        return new(new(method), path) { Content = content, Headers = { { "x-api-key", key } } };
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
