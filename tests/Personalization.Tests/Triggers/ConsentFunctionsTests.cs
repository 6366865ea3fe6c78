using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>Consent over the wire.</summary>
public sealed class ConsentFunctionsTests : IAsyncLifetime
{
    private const string Body = """{"visitor":"v-1","purposes":{"personalization":true,"thirdParty":true},"source":"banner","noticeVersion":"2026-01"}""";
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys(("Consent__GpcSince", "2026-03-14"));

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task A_decision_is_taken_and_answered_the_same_when_asked_for()
    {
        var put = await Send("PUT", "/consent", Body);
        Assert.Equal((true, "chosen"), Purpose(put, "personalization"));
        Assert.Equal((false, "region-default"), Purpose(put, "location"));
        var got = await Send("GET", "/consent?visitor=v-1");
        Assert.Equal(put.GetRawText(), got.GetRawText());
        Assert.Equal(("banner", "2026-01", 1, "opt-in"), (got.GetProperty("source").GetString(), got.GetProperty("noticeVersion").GetString(), got.GetProperty("policyVersion").GetInt32(), got.GetProperty("regime").GetString()));
        Assert.Equal((true, "region-default"), Purpose(await Send("GET", "/consent?visitor=somebody&region=US-CA"), "marketing"));
    }

    [Theory]
    [InlineData(true, "1"), InlineData(true, "0", "1"), InlineData(true, "1", "0"), InlineData(true, "1", "1")]
    [InlineData(false, "0"), InlineData(false, "true"), InlineData(false, "11"), InlineData(false, "1,1"), InlineData(false, "1, 0"), InlineData(false, "")]
    public async Task Privacy_control_withdraws_only_by_a_header_that_is_exactly_1(bool withdraws, params string[] values)
    {
        var answer = await Raw("PUT", "/consent", Body, values.Select(v => $"Sec-GPC: {v}"));
        Assert.Equal(withdraws ? (false, "signal") : (true, "chosen"), Purpose(answer, "thirdParty"));
        Assert.Equal(withdraws ? (false, "signal") : (false, "region-default"), Purpose(answer, "crossDevice"));
        Assert.Equal((true, "chosen"), Purpose(answer, "personalization"));
    }

    [Fact]
    public async Task Privacy_control_alone_is_a_decision()
    {
        var answer = await Raw("PUT", "/consent", """{"visitor":"v-2","source":"s","noticeVersion":"n","region":"US"}""", ["Sec-GPC: 1"]);
        Assert.Equal((false, "signal"), Purpose(answer, "thirdParty"));
        Assert.Equal((true, "region-default"), Purpose(answer, "training"));
    }

    [Theory]
    [InlineData("""{"visitor":"v","source":"s","noticeVersion":"n"}""", "invalid-field", "purposes")]
    [InlineData("""{"visitor":"","source":"s","noticeVersion":"n","purposes":{"training":true}}""", "invalid-field", "visitor")]
    [InlineData("""{"user":"null","source":"s","noticeVersion":"n","purposes":{"training":true}}""", "invalid-field", "user")]
    [InlineData("""{"visitor":"pt1.forged","source":"s","noticeVersion":"n","purposes":{"training":true}}""", "invalid-field", "visitor")]
    [InlineData("""{"visitor":"v","noticeVersion":"n","purposes":{"training":true}}""", "invalid-field", "source")]
    [InlineData("""{"visitor":"v","source":"jane@example.org","noticeVersion":"n","purposes":{"training":true}}""", "invalid-field", "source")]
    [InlineData("""{"visitor":"v","source":"s","noticeVersion":"n","purposes":{"personalisation":false}}""", "unknown-field", "purposes.personalisation")]
    [InlineData("""{"visitor":"v","source":"s","noticeVersion":"n","purposes":{"training":"yes"}}""", "wrong-type", "purposes.training")]
    [InlineData("""{"visitor":"v","source":"s","noticeVersion":"n","purposes":{"training":true},"extra":1}""", "unknown-field", "extra")]
    public async Task What_cannot_be_taken_is_refused_with_its_field(string body, string kind, string field)
    {
        var problem = await Send("PUT", "/consent", body, HttpStatusCode.BadRequest);
        Assert.Equal(($"urn:personalization:problem:{kind}", field), (problem.GetProperty("type").GetString(), problem.GetProperty("field").GetString()));
        Assert.DoesNotContain("jane", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/consent", "visitor"), InlineData("/consent?visitor=", "visitor"), InlineData("/consent?visitor=a&visitor=b", "visitor"), InlineData("/consent?user=u&region=nowhere", "region")]
    public async Task Asking_for_nobody_is_refused(string path, string field) =>
        Assert.Equal(field, (await Send("GET", path, null, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Theory]
    [InlineData(RunningServer.FrontendKey, 200), InlineData(RunningServer.ComplianceKey, 200), InlineData(RunningServer.MarketerKey, 403), InlineData(RunningServer.OperatorKey, 403)]
    public async Task Frontends_and_compliance_may_and_nobody_else(string key, int status)
    {
        using var caller = server.Caller(key);
        Assert.Equal(status, (int)(await caller.GetAsync("/consent?visitor=v")).StatusCode);
        Assert.Equal(status, (int)(await caller.PutAsync("/consent", new StringContent(Body, Encoding.UTF8, "application/json"))).StatusCode);
    }

    [Fact]
    public async Task Everybody_may_know_that_privacy_control_is_honoured()
    {
        var response = await server.Http.GetAsync("/.well-known/gpc.json");
        Assert.Equal("""{"gpc":true,"lastUpdate":"2026-03-14"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task A_start_with_other_defaults_under_the_same_version_is_refused()
    {
        var directory = Directory.CreateTempSubdirectory("consent-").FullName;
        await (await Open(directory)).DisposeAsync();
        await (await Open(directory)).DisposeAsync();
        var refused = await Assert.ThrowsAsync<StateException>(() => Open(directory, ("Consent__OtherRegions", "OptOut")));
        Assert.Contains("raise Consent__PolicyVersion", refused.Message, StringComparison.Ordinal);
        await (await Open(directory, ("Consent__OtherRegions", "OptOut"), ("Consent__PolicyVersion", "2"))).DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<Server> Open(string directory, params (string Key, string Value)[] given)
    {
        var settings = new Settings(given.Append((Key: "Storage__Directory", Value: directory)).Select(s => KeyValuePair.Create(s.Key, s.Value)));
        var options = AppOptions.Read(settings, "http://127.0.0.1:0");
        Assert.Empty(settings.Faults());
        return await Server.Open(options, TimeProvider.System);
    }

    private static (bool Granted, string? Why) Purpose(JsonElement answer, string name) =>
        answer.GetProperty("purposes").GetProperty(name) is var p ? (p.GetProperty("granted").GetBoolean(), p.GetProperty("why").GetString()) : default;

    private async Task<JsonElement> Send(string method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var caller = server.Caller(RunningServer.FrontendKey);
        var response = await caller.SendAsync(new(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Byte by byte, because a client library would join headers of one name.</summary>
    private async Task<JsonElement> Raw(string method, string path, string body, IEnumerable<string> headers)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await using var wire = client.GetStream();
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: {RunningServer.FrontendKey}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n{body}";
        await wire.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(wire, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        return JsonElement.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }
}
