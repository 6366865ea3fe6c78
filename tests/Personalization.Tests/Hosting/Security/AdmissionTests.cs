using System.Net;
using System.Text;

namespace Personalization.Tests.Hosting.Security;

/// <summary>Who may call what, over the wire.</summary>
public sealed class AdmissionTests
{
    private const string Items = """[{"id":"a","category":"c"}]""";
    private const string Decision = """{"visitor":"v"}""";

    [Theory]
    [InlineData(RunningServer.FrontendKey, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(RunningServer.MarketerKey, HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData(RunningServer.ComplianceKey, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(RunningServer.OperatorKey, HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData("something else", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    public async Task A_key_opens_what_its_role_may(string key, HttpStatusCode decision, HttpStatusCode items)
    {
        await using var server = await RunningServer.WithKeys();
        using var caller = server.Caller(key);
        Assert.Equal(decision, (await caller.PostAsync("/decisions/recommendations", Json(Decision))).StatusCode);
        Assert.Equal(items, (await caller.PutAsync("/catalog/items", Json(Items))).StatusCode);
    }

    [Fact]
    public async Task No_key_at_all_is_401_and_says_how_to_send_one()
    {
        await using var server = await RunningServer.WithKeys();
        var response = await server.Http.PostAsync("/decisions/recommendations", Json(Decision));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Contains("x-api-key", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_may_come_as_bearer_token_and_be_configured_as_a_digest()
    {
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a secret"u8));
        await using var server = await RunningServer.WithKeys(("Auth__Keys__Frontend", $"old-key, sha256:{digest}"));
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", "a secret");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.PostAsync("/decisions/recommendations", Json(Decision))).StatusCode);
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", "old-key");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.PostAsync("/decisions/recommendations", Json(Decision))).StatusCode);
    }

    [Theory]
    [InlineData("x-functions-key"), InlineData("?code=")]
    public async Task The_hosts_own_key_places_mean_nothing_to_us(string place)
    {
        await using var server = await RunningServer.WithKeys();
        if (place[0] == 'x') server.Http.DefaultRequestHeaders.Add(place, RunningServer.FrontendKey);
        var query = place[0] == '?' ? place + RunningServer.FrontendKey : "";
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.PostAsync("/decisions/recommendations" + query, Json(Decision))).StatusCode);
    }

    [Fact]
    public async Task Without_configured_keys_frontends_need_none_and_staff_needs_the_generated_one()
    {
        await using var server = await RunningServer.WithoutKeys();
        Assert.Equal(HttpStatusCode.OK, (await server.Http.PostAsync("/decisions/recommendations", Json(Decision))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.PutAsync("/catalog/items", Json(Items))).StatusCode);
        using var wrong = server.Caller("wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.PostAsync("/decisions/recommendations", Json(Decision))).StatusCode);
        using var staff = server.Caller(await File.ReadAllTextAsync(Path.Combine(server.Directory, "staff.key")));
        Assert.Equal(HttpStatusCode.OK, (await staff.PutAsync("/catalog/items", Json(Items))).StatusCode);
    }

    [Fact]
    public async Task The_generated_key_is_readable_by_its_owner_only()
    {
        await using var server = await RunningServer.WithoutKeys();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Directory, "staff.key")));
    }

    [Fact]
    public async Task Without_keys_another_sites_name_is_refused()
    {
        // DNS rebinding: a page makes the browser resolve its own name to this machine.
        await using var server = await RunningServer.WithoutKeys();
        server.Http.DefaultRequestHeaders.Host = "evil.example";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await server.Http.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Under_the_host_without_keys_everything_that_needs_a_role_is_refused()
    {
        await using var server = await RunningServer.UnderTheHost();
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.PostAsync("/decisions/recommendations", Json(Decision))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health/live")).StatusCode);
    }

    [Theory]
    [InlineData(true, true, "operator", HttpStatusCode.OK), InlineData(true, false, "operator", HttpStatusCode.Unauthorized), InlineData(false, true, "operator", HttpStatusCode.Unauthorized),
     InlineData(true, true, "compliance", HttpStatusCode.Forbidden), InlineData(true, true, "administrator", HttpStatusCode.Unauthorized)]
    public async Task The_platforms_principal_counts_only_when_hosted_and_enabled(bool hosted, bool enabled, string role, HttpStatusCode expected)
    {
        (string, string)[] settings = [("Auth__PlatformPrincipal", enabled ? "true" : "false"), ("Auth__Keys__Frontend", RunningServer.FrontendKey)];
        await using var server = hosted ? await RunningServer.UnderTheHost(null, settings) : await RunningServer.WithKeys(settings);
        var principal = $$"""{"auth_typ":"aad","role_typ":"roles","claims":[{"typ":"roles","val":"{{role}}"},{"typ":"name","val":"x"}]}""";
        server.Http.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL", Convert.ToBase64String(Encoding.UTF8.GetBytes(principal)));
        Assert.Equal(expected, (await server.Http.PutAsync("/catalog/items", Json(Items))).StatusCode);
    }

    [Theory]
    [InlineData("not base64"), InlineData("e30="), InlineData("bnVsbA=="), InlineData("W10="), InlineData("eyJjbGFpbXMiOlt7InR5cCI6MX1dfQ==")]
    public async Task A_principal_that_is_none_opens_nothing(string header)
    {
        await using var server = await RunningServer.UnderTheHost(null, ("Auth__PlatformPrincipal", "true"));
        server.Http.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL", header);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.PutAsync("/catalog/items", Json(Items))).StatusCode);
    }

    [Fact]
    public async Task A_key_over_its_rate_gets_429_with_a_time_and_the_others_go_on()
    {
        await using var server = await RunningServer.WithKeys(("RateLimit__PerSecond", "1"), ("RateLimit__Burst", "3"), ("Auth__Keys__Operator", "first-operator,second-operator"));
        using var first = server.Caller("first-operator");
        using var second = server.Caller("second-operator");
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage? last = null;
        for (var i = 0; i < 6; i++) statuses.Add((last = await first.GetAsync("/catalog/items/a")).StatusCode);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound], statuses[..3]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses[3..]);
        Assert.True(last!.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync("/catalog/items/a")).StatusCode);
    }

    [Fact]
    public async Task Pages_of_configured_origins_may_call_and_others_may_not()
    {
        await using var server = await RunningServer.WithKeys(("Http__CorsOrigins", "https://shop.example"));
        Assert.Equal("https://shop.example", await AllowedOrigin(server, "https://shop.example"));
        Assert.Null(await AllowedOrigin(server, "https://evil.example"));
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        await using var server = await RunningServer.WithKeys();
        foreach (var path in new[] { "/", "/health/live", "/nothing", "/events" })
        {
            var headers = (await server.Http.GetAsync(path)).Headers;
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-store", headers.CacheControl!.ToString());
            Assert.False(headers.Contains("Server"));
        }
    }

    private static async Task<string?> AllowedOrigin(RunningServer server, string origin)
    {
        var preflight = new HttpRequestMessage(HttpMethod.Options, "/events");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,x-api-key");
        var response = await server.Http.SendAsync(preflight);
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
