using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>OpenDSR 2.0 as another party speaks it: what the specification says MUST, SHOULD and MAY, each by a test.</summary>
public sealed class OpenDsrTests : IAsyncLifetime
{
    private const string Id = "a7551968-d5d6-44b2-9831-815ac9017798";
    private const string Planted = "planted.person@example.org";

    private RunningServer server = null!;

    public static TheoryData<string> Routes => ["/requests", "/v2/requests", "/opengdpr_requests", "/v1/opengdpr_requests"];

    public async Task InitializeAsync() => server = await RunningServer.WithKeys(("Privacy__ProcessorDomain", "shop.example"), ("Privacy__ControllerId", "controller-7"), ("Privacy__CallbackHosts", "hooks.example"), ("Privacy__Approve", "erasure"));

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Theory, InlineData("/discovery", "2.0"), InlineData("/v2/discovery", "2.0"), InlineData("/v1/discovery", "1.0")]
    public async Task Discovery_tells_what_is_supported_and_where_the_key_is(string path, string version)
    {
        var (_, body) = await Send("GET", path, null, 200);
        Assert.Equal(version, body.GetProperty("api_version").GetString());
        Assert.Equal(["access", "erasure", "portability"], body.GetProperty("supported_subject_request_types").EnumerateArray().Select(t => t.GetString()!).Order(StringComparer.Ordinal));
        var identities = body.GetProperty("supported_identities").EnumerateArray().Select(i => $"{i.GetProperty("identity_type")} {i.GetProperty("identity_format")}").ToList();
        Assert.Contains("controller_customer_id raw", identities);
        Assert.Contains("email sha256", identities);
        Assert.DoesNotContain(identities, i => i.EndsWith("md5", StringComparison.Ordinal) || i.EndsWith("sha1", StringComparison.Ordinal));
        // The domain of the key is that of the answer.
        Assert.Equal("https://shop.example/opendsr/key.pem", body.GetProperty("processor_certificate").GetString());
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_well_formed_request_is_answered_201_with_every_required_property_and_signed(string route)
    {
        var sent = Request().ToJsonString();
        var (response, body) = await Send("POST", route, sent, 201);
        Assert.Equal("controller-7", body.GetProperty("controller_id").GetString());
        Assert.True(body.GetProperty("expected_completion_time").GetDateTimeOffset() > body.GetProperty("received_time").GetDateTimeOffset());
        Assert.Equal(sent, Encoding.UTF8.GetString(Convert.FromBase64String(body.GetProperty("encoded_request").GetString()!)));
        Assert.Equal(Id, body.GetProperty("subject_request_id").GetString());
        var name = route.Contains("gdpr", StringComparison.Ordinal) ? "OpenGDPR" : "OpenDSR";
        Assert.Equal("shop.example", response.Headers.GetValues($"X-{name}-Processor-Domain").Single());
        Assert.True(await IsSigned(response, $"X-{name}-Signature"));
        // Sent again in the same words it is the same request.
        await Send("POST", route, sent, 201);
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task Its_status_can_be_asked_for_and_it_can_be_cancelled_while_it_is_pending(string route)
    {
        await Send("POST", route, Request().ToJsonString(), 201);
        var (_, status) = await Send("GET", $"{route}/{Id}", null, 200);
        Assert.Equal(("controller-7", Id, "pending"), (status.GetProperty("controller_id").GetString(), status.GetProperty("subject_request_id").GetString(), status.GetProperty("request_status").GetString()));
        Assert.True(status.TryGetProperty("expected_completion_time", out _) && !status.TryGetProperty("results_url", out _));
        var (response, cancelled) = await Send("DELETE", $"{route}/{Id}", null, 202);
        Assert.Equal(("controller-7", Id), (cancelled.GetProperty("controller_id").GetString(), cancelled.GetProperty("subject_request_id").GetString()));
        Assert.True(cancelled.TryGetProperty("received_time", out _) && await IsSigned(response, response.Headers.Contains("X-OpenDSR-Signature") ? "X-OpenDSR-Signature" : "X-OpenGDPR-Signature"));
        Assert.Equal("cancelled", (await Send("GET", $"{route}/{Id}", null, 200)).Body.GetProperty("request_status").GetString());
    }

    [Theory, InlineData("/status/"), InlineData("/v2/status/")]
    public async Task The_status_route_that_is_demanded_and_never_described_answers_the_same(string path)
    {
        await Send("POST", "/requests", Request().ToJsonString(), 201);
        Assert.Equal("pending", (await Send("GET", path + Id, null, 200)).Body.GetProperty("request_status").GetString());
    }

    [Fact]
    public async Task What_is_not_pending_any_more_is_not_cancelled()
    {
        await Send("POST", "/requests", Request(r => r["subject_request_type"] = "access").ToJsonString(), 201);
        string? status = null;
        while (status != "completed") status = (await Send("GET", "/requests/" + Id, null, 200)).Body.GetProperty("request_status").GetString();
        await Refused("DELETE", "/requests/" + Id, null, "cannot be cancelled");
        var (_, body) = await Send("GET", "/requests/" + Id, null, 200);
        // The controller has verified the person: nobody is asked for a token. What came of it is fetched with our key, once.
        Assert.Equal($"https://shop.example/privacy/requests/{Id}/export", body.GetProperty("results_url").GetString());
        Assert.Equal(0, body.GetProperty("results_count").GetInt32());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/privacy/requests/{Id}/export");
        request.Headers.Add("x-api-key", RunningServer.ComplianceKey);
        using var redirect = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, redirect.StatusCode);
        using var file = await server.Http.GetAsync(redirect.Headers.Location);
        Assert.Equal(("application/zip", true), (file.Content.Headers.ContentType!.MediaType, file.Headers.CacheControl!.NoStore));
        using var again = await server.Http.GetAsync(redirect.Headers.Location);
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
    }

    /// <summary>What is changed in a good request, and what the answer has to name.</summary>
    public static TheoryData<string, string> Malformed => new()
    {
        { """{"regulation":null}""", "regulation is required" }, { """{"regulation":"lgpd"}""", "regulation must be" },
        { """{"subject_request_id":null}""", "subject_request_id is required" }, { """{"subject_request_id":"x"}""", "subject_request_id must be a UUID" },
        { """{"subject_request_id":"A7551968-D5D6-44B2-9831-815AC9017798"}""", "lower case" }, { """{"subject_request_id":"a7551968-d5d6-14b2-9831-815ac9017798"}""", "version 4" },
        { """{"subject_request_type":null}""", "subject_request_type is required" }, { """{"subject_request_type":"rectification"}""", "subject_request_type must be" },
        { """{"submitted_time":null}""", "submitted_time is required" }, { """{"submitted_time":"yesterday"}""", "submitted_time must be" }, { """{"submitted_time":"2018-10-02"}""", "submitted_time must be" },
        { """{"submitted_time":"2018-10-02T15:00:00"}""", "submitted_time must be" }, { """{"submitted_time":"2118-10-02T15:00:00Z"}""", "future" },
        { """{"subject_identities":null}""", "subject_identities is required" }, { """{"subject_identities":[]}""", "subject_identities is required" }, { """{"subject_identities":"x"}""", "subject_identities" },
        { $$"""{"subject_identities":[{"identity_value":"{{Planted}}","identity_format":"raw"}]}""", "identity_type is required" },
        { $$"""{"subject_identities":[{"identity_type":"email","identity_format":"raw"}]}""", "identity_value is required" },
        { $$"""{"subject_identities":[{"identity_type":"email","identity_value":"{{Planted}}"}]}""", "identity_format is required" },
        { $$"""{"subject_identities":[{"identity_type":"{{Planted}}","identity_value":"{{Planted}}","identity_format":"raw"}]}""", "identity_type is not supported" },
        { $$"""{"subject_identities":[{"identity_type":"email","identity_value":"{{Planted}}","identity_format":"sha1"}]}""", "identity_format is not supported" },
        { $$"""{"subject_identities":[{"identity_type":"email","identity_value":"{{Planted}}","identity_format":"md5"}]}""", "identity_format is not supported" },
        { $$"""{"subject_identities":[{"identity_type":"email","identity_value":"{{Planted}}","identity_format":"sha256"}]}""", "identity_value must be a SHA-256" },
        { $$"""{"subject_identities":[{"identity_type":"email","identity_value":"{{Planted}} {{Planted}}","identity_format":"raw"}]}""", "identity_value" },
        { """{"status_callback_urls":["http://hooks.example/"]}""", "status_callback_urls[0]" }, { $$"""{"status_callback_urls":["https://{{Planted}}/"]}""", "status_callback_urls[0]" },
        { """{"status_callback_urls":"https://hooks.example/"}""", "status_callback_urls" },
    };

    [Theory, MemberData(nameof(Malformed))]
    public async Task What_is_missing_or_wrong_is_answered_400_in_the_common_form_without_anything_of_the_person(string change, string named) =>
        await Refused("POST", "/requests", Request(r =>
        {
            foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) r[name] = value?.DeepClone();
        }).ToJsonString(), named);

    [Theory, InlineData("{"), InlineData(""), InlineData("null"), InlineData("[]"), InlineData("\"planted.person@example.org\"")]
    public async Task What_is_no_request_at_all_is_answered_400(string body) => await Refused("POST", "/requests", body, "body");

    [Fact]
    public async Task Ids_that_are_unknown_or_none_and_other_contents_under_a_known_one_are_refused()
    {
        await Refused("GET", "/requests/" + Id, null, "not known");
        await Refused("DELETE", "/requests/" + Id, null, "not known");
        await Refused("GET", "/requests/x", null, "UUID");
        await Send("POST", "/requests", Request().ToJsonString(), 201);
        await Refused("POST", "/requests", Request(r => r["subject_identities"]![0]!["identity_value"] = "somebody@else.example").ToJsonString(), "something else");
    }

    [Fact]
    public async Task Unknown_properties_and_others_extensions_are_passed_over_and_ours_is_understood()
    {
        var extended = Request(r =>
        {
            r.Remove("subject_identities");
            (r["api_version"], r["favourite_colour"]) = ("2.0", "blue");
            r["extensions"] = new JsonObject { ["other.example"] = new JsonObject { ["x"] = 1 }, ["shop.example"] = new JsonObject { ["identities"] = new JsonArray(new JsonObject { ["namespace"] = "visitor", ["value"] = "v" }) } };
        });
        await Send("POST", "/requests", extended.ToJsonString(), 201);
        extended["extensions"]!["shop.example"]!["identities"]![0]!["namespace"] = "shoe-size";
        extended["subject_request_id"] = "b7551968-d5d6-44b2-9831-815ac9017798";
        await Refused("POST", "/requests", extended.ToJsonString(), "of our extension");
    }

    [Fact]
    public async Task The_regulation_was_not_in_requests_of_before_and_is_asked_for_now()
    {
        await Send("POST", "/opengdpr_requests", Request(r => r.Remove("regulation")).ToJsonString(), 201);
        await Refused("POST", "/requests", Request(r => r.Remove("regulation")).ToJsonString(), "regulation is required");
    }

    [Fact]
    public async Task The_time_the_law_gives_runs_from_when_the_person_asked()
    {
        var asked = TimeProvider.System.GetUtcNow().AddDays(-10);
        await Send("POST", "/requests", Request(r => r["submitted_time"] = asked.ToString("O", System.Globalization.CultureInfo.InvariantCulture)).ToJsonString(), 201);
        var own = await server.Call(RunningServer.ComplianceKey, "GET", "/privacy/requests/" + Id);
        Assert.Equal(asked.AddDays(30), own.GetProperty("deadline").GetDateTimeOffset());
    }

    [Fact]
    public async Task Compliance_may_and_nobody_else_and_the_key_is_for_everybody()
    {
        foreach (var (method, path) in new[] { ("GET", "/discovery"), ("POST", "/v2/requests"), ("GET", "/requests/" + Id), ("DELETE", "/opengdpr_requests/" + Id), ("GET", "/status/" + Id) })
            Assert.Equal(["compliance"], await server.AllowedTo(method, path, method == "POST" ? "{}" : null));
        foreach (var (method, path) in new[] { ("POST", "/privacy/requests"), ("GET", "/privacy/requests"), ("GET", "/privacy/requests/x"), ("DELETE", "/privacy/requests/x"), ("POST", "/privacy/requests/x/approve"), ("POST", "/privacy/requests/x/deny"), ("POST", "/privacy/requests/x/retry"), ("POST", "/privacy/requests/x/link"), ("GET", "/privacy/requests/x/export"), ("GET", "/privacy/requests/x/certificate") })
            Assert.Equal(["compliance"], await server.AllowedTo(method, path, method == "POST" ? "{}" : null));
        using var key = await server.Http.GetAsync("/opendsr/key.pem");
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----", await key.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task Refused(string method, string path, string? body, string named)
    {
        var (response, answer) = await Send(method, path, body, 400);
        var error = answer.GetProperty("error");
        Assert.Equal(400, error.GetProperty("code").GetInt32());
        Assert.Contains(named, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.All(error.GetProperty("errors").EnumerateArray(), e => Assert.True(e.TryGetProperty("domain", out _) && e.TryGetProperty("reason", out _) && e.TryGetProperty("message", out _)));
        Assert.DoesNotContain("planted", answer.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.True(await IsSigned(response, "X-OpenDSR-Signature") && response.Headers.CacheControl!.NoStore);
    }

    private async Task<(HttpResponseMessage Response, JsonElement Body)> Send(string method, string path, string? body, int expected)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", RunningServer.ComplianceKey);
        var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == (int)response.StatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return (response, JsonElement.Parse(text));
    }

    // As a controller checks it: the exact bytes against the published key.
    private async Task<bool> IsSigned(HttpResponseMessage response, string header)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(await server.Http.GetStringAsync("/opendsr/key.pem"));
        var (bytes, signature) = (await response.Content.ReadAsByteArrayAsync(), Convert.FromBase64String(response.Headers.GetValues(header).Single()));
        var good = key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        bytes[^1] ^= 1;
        return good && !key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static JsonObject Request(Action<JsonObject>? change = null)
    {
        var request = new JsonObject
        {
            ["regulation"] = "gdpr", ["subject_request_id"] = Id, ["subject_request_type"] = "erasure", ["submitted_time"] = "2018-10-02T15:00:00Z",
            ["subject_identities"] = new JsonArray(new JsonObject { ["identity_type"] = "email", ["identity_value"] = Planted, ["identity_format"] = "raw" }),
        };
        change?.Invoke(request);
        return request;
    }
}
