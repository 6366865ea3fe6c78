using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Storage;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;
using Personalization.Tests.Hosting.Observability;
using Personalization.Tests.Triggers;

namespace Personalization.Tests.Trust;

/// <summary>
/// Everything a caller can say of a person is said with a word that occurs nowhere else, through the real server on disk.
/// Then no file, no log line and nothing exported may hold that word.
/// </summary>
public sealed class PlantedStringTests : IAsyncLifetime
{
    private const string Word = "PLANTEDx7";
    private const string Documented = "DOCUMENTEDx9";
    private const string Consent = """{"personalization":true,"sensitive":true,"location":true,"thirdParty":true}""";

    private readonly Collector collector = new();
    private readonly LogReader logs = new();
    private RunningServer server = null!;
    private int accepted;

    public async Task InitializeAsync()
    {
        server = await RunningServer.Exporting(
            collector.Endpoint, ("Telemetry__TraceRatio", "1"), ("Auth__Keys__Frontend", RunningServer.FrontendKey), ("Auth__Keys__Marketer", RunningServer.MarketerKey),
            ("Auth__Keys__Compliance", RunningServer.ComplianceKey), ("Auth__Keys__Operator", RunningServer.OperatorKey), ("Consent__EvaluationSample", "1"));
        server.ShowLogsTo(logs);
    }

    public Task DisposeAsync()
    {
        collector.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Nothing_a_caller_says_of_a_person_is_in_any_file_log_line_or_export()
    {
        await server.Stock(($"{Documented}-boot", "footwear"), ("tent", "camping"));
        await GoodEvents();
        await BadEvents();
        await Consents();
        await server.Applied(accepted);
        await Decisions();
        await Vault();
        await Operating();
        await Privacy();
        await Strangers();
        server.LogSomething();
        await server.Stop();

        var files = Search.Files(server.Directory).ToList();
        // What is still to be exported leaves with the process.
        await server.DisposeAsync();
        Assert.All(files, f => Assert.False(f.Path.Contains(Word, StringComparison.OrdinalIgnoreCase) || Search.Holds(f.Bytes, Word), f.Path));
        Assert.DoesNotContain(Word, logs.All, StringComparison.OrdinalIgnoreCase);
        Assert.All(collector.Kinds, kind => Assert.False(Search.Holds(collector.All(kind), Word), kind));

        // The search finds what is there: what is documented to be kept as text, and as keys in the base64 of the stream.
        Assert.Contains(files, f => Search.Holds(f.Bytes, $"{Documented}-boot"));
        Assert.Contains(files, f => Search.Holds(f.Bytes, $"{Documented}.notice"));
        var item = BitConverter.GetBytes(ItemKey.Of($"{Documented}-boot").Value);
        Assert.Contains(files, f => Search.Decoded(f.Bytes).Any(d => Search.Holds(d, item)));
        Assert.Contains(files, f => Search.Holds(f.Bytes, item));
        Assert.Contains("A line for the collector", logs.All, StringComparison.Ordinal);
        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], collector.Kinds.Order(StringComparer.Ordinal));
        Assert.True(Search.Holds(collector.All("/v1/traces"), "ReadVault"u8) && Search.Holds(collector.All("/v1/metrics"), "personalization.events.refused"u8));
    }

    private async Task GoodEvents()
    {
        foreach (var type in new[] { "view", "purchase", "search", "impression", "custom" })
        {
            await Events($$"""
                [{"id":"{{Word}}-id-{{type}}","type":"{{type}}","user":"{{Word}}-user","visitor":"{{Word}}-visitor","session":"{{Word}}-session","decision":"{{Word}}-decision",
                  "item":"{{Documented}}-boot","items":["{{Word}}-unheard-of"],"query":"footwear for {{Word}}","value":3,"currency":"EUR","iban":"{{Word}}-iban","payload":{"card":["{{Word}}-card"]},
                  "context":{"region":"DE","device":"{{Word}}-device","channel":"{{Word}}-channel","page":"{{Word}}-page"},"consent":{{Consent}}}]
                """);
            await Events($$"""[{"id":"\u0050LANTEDx7-escaped-{{type}}","type":"{{type}}","visitor":"\u0050LANTEDx7-escaped","item":"\u0050LANTEDx7-item","query":"\u0050LANTEDx7","consent":{{Consent}}}]""");
            await Events($$$"""[{"specversion":"1.0","id":"{{{Word}}}-cloud-{{{type}}}","source":"/{{{Word}}}-source","type":"com.example.{{{type}}}","subject":"{{{Word}}}-subject","traceparent":"{{{Word}}}","data":{"visitor":"{{{Word}}}-visitor","item":"{{{Word}}}-other","query":"{{{Word}}}","consent":{{{Consent}}}}}]""", "application/cloudevents-batch+json");
        }

        Assert.Equal(15, accepted);
        // Sent again, and without consent.
        await Events($$"""[{"id":"{{Word}}-id-view","type":"view","user":"{{Word}}-user","item":"{{Word}}-item","consent":{{Consent}}},{"id":"{{Word}}-no","type":"view","visitor":"{{Word}}-nobody","item":"{{Word}}-item"}]""");
    }

    private async Task BadEvents()
    {
        foreach (var field in new[] { "id", "type", "time", "user", "visitor", "session", "decision", "item", "items", "query", "value", "currency", "quantity", "dwellMs", "context", "consent", $"{Word}-field" })
            foreach (var value in new[] { $"\"{Word}-{field}\"", $"\"{Word}-{new string('x', 1100)}\"", $"[\"{Word}\"]", $$"""{"{{Word}}":"{{Word}}"}""", $$"""{"region":"{{Word}}","tcf":"{{Word}}","gpp":"{{Word}}","personalization":"{{Word}}"}""", $"\"{Word}\\ud800\"" })
                await Events($$"""[{"id":"x-{{Word}}","type":"view","visitor":"{{Word}}","item":"{{Word}}","consent":{{Consent}},"{{field}}":{{value}}}]""", expected: null);
        foreach (var body in new[] { $"{Word}", $"{{\"{Word}", $"[\"{Word}\",{Word}]", $"\"{Word}\"", $$"""{"{{Word}}":1}""" })
            foreach (var type in new[] { "application/json", "application/x-ndjson", "application/cloudevents+json", $"text/{Word}" })
                await Events(body, type, expected: null);
    }

    private async Task Consents()
    {
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"user":"{{Word}}-user","purposes":{"personalization":true,"sensitive":true},"source":"{{Documented}}.source","noticeVersion":"{{Documented}}.notice"}""");
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"visitor":"{{Word}}-signals","source":"s","noticeVersion":"1","tcf":"C{{Word}}","gpp":"D{{Word}}"}""");
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"visitor":"{{Word}}-visitor","purposes":{"personalization":true,"sensitive":true,"training":false},"source":"s","noticeVersion":"1","region":"DE"}""");
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"visitor":"{{Word}}","purposes":{"{{Word}}":true},"source":"{{Word}} {{Word}}","noticeVersion":"1"}""");
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"visitor":"{{Word}}","purposes":{"training":true},"source":"{{Word}}@example.org","noticeVersion":"1"}""");
        await Call(RunningServer.FrontendKey, "GET", $"/consent?visitor={Word}-visitor&region={Word}");
        await Call(RunningServer.FrontendKey, "GET", $"/consent?user={Word}-user");
    }

    private async Task Decisions()
    {
        foreach (var body in new[] { "", $",\"exclude\":[\"{Word}\"]", $",\"kind\":\"also-bought\",\"items\":[\"{Word}\"]", $",\"kind\":\"{Word}\"", $",\"{Word}\":1", $",\"context\":{{\"region\":\"{Word}\",\"device\":\"{Word}\"}}", $",\"count\":\"{Word}\"" })
            await Call(RunningServer.FrontendKey, "POST", "/decisions/recommendations", $$"""{"user":"{{Word}}-user"{{body}}}""");
    }

    private async Task Vault()
    {
        var pass = JsonElement.Parse(await Call(RunningServer.ComplianceKey, "POST", "/vault/passes", $$"""{"user":"{{Word}}-user","purpose":"personalization"}""")).GetProperty("pass").GetString()!;
        Assert.Contains("footwear", await Call(RunningServer.ComplianceKey, "GET", "/vault", null, ("x-vault-pass", pass)), StringComparison.Ordinal);
        await Call(RunningServer.ComplianceKey, "GET", "/vault", null, ("x-vault-pass", Word));
        await Call(RunningServer.ComplianceKey, "POST", "/vault/passes", $$"""{"visitor":"{{Word}}-visitor","purpose":"{{Word}}"}""");
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"user":"{{Word}}-user","purposes":{"sensitive":false},"source":"s","noticeVersion":"1"}""");
        await Call(RunningServer.ComplianceKey, "GET", "/vault", null, ("x-vault-pass", pass));
    }

    private async Task Operating()
    {
        await server.Parts.Featurizer.Apply(new("behaviour", "1", [new DeliveredRecord(7, TimeProvider.System.GetUtcNow(), $"{Word}-key", Encoding.UTF8.GetBytes($"{Word}-record"))], 0), default);
        foreach (var body in new[] { $$"""{"visitor":"{{Word}}-visitor"}""", $$"""{"user":"{{Word}}-user","type":"view"}""", $$"""{"type":"{{Word}}"}""", $$"""{"from":"{{Word}}"}""", $$"""{"from":"{{Word}}\ud800"}""", $$"""{"{{Word}}":1}""" })
        {
            var started = JsonElement.Parse(await Call(RunningServer.OperatorKey, "POST", "/stream/replays", body));
            if (!started.TryGetProperty("id", out var id)) continue;
            while (!(await Call(RunningServer.OperatorKey, "GET", $"/stream/replays/{id.GetString()}")).Contains("completed", StringComparison.Ordinal)) await Task.Yield();
        }

        await Call(RunningServer.OperatorKey, "GET", $"/stream/replays/{Word}");
        await Call(RunningServer.OperatorKey, "GET", $"/stream/deadletters?next={Word}&hub={Word}&partition={Word}");
        await Call(RunningServer.OperatorKey, "GET", "/stream/deadletters?max=1000");
        await Call(RunningServer.OperatorKey, "GET", $"/catalog/items/{Word}");
    }

    private async Task Privacy()
    {
        await Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"user":"{{Word}}-forgotten","purposes":{"personalization":true},"source":"s","noticeVersion":"1"}""");
        foreach (var (type, who) in new[] { ("erasure", "forgotten"), ("access", "user"), ("portability", "user") })
        {
            var asked = JsonElement.Parse(await Call(RunningServer.ComplianceKey, "POST", "/privacy/requests", $$"""{"id":"request-{{type}}","type":"{{type}}","user":"{{Word}}-{{who}}","visitor":"{{Word}}-browser-{{who}}","identities":[{"namespace":"email","value":"{{Word}}@example.org"}]}"""));
            if (asked.TryGetProperty("verification", out var verification)) await Call(RunningServer.FrontendKey, "POST", $"/privacy/requests/request-{type}/verify", $$"""{"token":"{{verification.GetProperty("token").GetString()}}"}""");
            await Call(RunningServer.FrontendKey, "POST", $"/privacy/requests/{Word}/verify", $$"""{"token":"{{Word}}"}""");
        }

        foreach (var body in new[] { $"\"type\":\"{Word}\"", $"\"id\":\"{Word} {Word}\",\"type\":\"access\"", $"\"type\":\"access\",\"regulation\":\"{Word}\"", $"\"type\":\"access\",\"callbacks\":[\"https://{Word}.example/{Word}\"]", $"\"type\":\"access\",\"{Word}\":1" })
            await Call(RunningServer.ComplianceKey, "POST", "/privacy/requests", $$"""{"user":"{{Word}}-user",{{body}}}""");
        foreach (var format in new[] { "raw", "sha256", Word })
            await Call(RunningServer.ComplianceKey, "POST", "/requests", $$"""{"regulation":"gdpr","subject_request_id":"a7551968-d5d6-44b2-9831-815ac9017798","subject_request_type":"access","submitted_time":"{{(format == "raw" ? Word : "2018-10-02T15:00:00Z")}}","subject_identities":[{"identity_type":"email","identity_value":"{{Word}}@example.org","identity_format":"{{format}}"}]}""");
        while ((await Call(RunningServer.ComplianceKey, "GET", "/privacy/requests?state=completed")).Split("\"completed\"").Length < 2) await Task.Yield();
        foreach (var path in new[] { $"/privacy/requests/{Word}", $"/privacy/requests?state={Word}", $"/privacy/requests?next={Word}", $"/privacy/exports/{Word}", $"/requests/{Word}", $"/privacy/requests/{Word}/certificate" }) await Call(RunningServer.ComplianceKey, "GET", path);
        foreach (var path in new[] { $"/privacy/requests/{Word}/deny", "/privacy/requests/request-access/deny" }) await Call(RunningServer.ComplianceKey, "POST", path, $$"""{"reason":"{{Word}}"}""");
    }

    private async Task Strangers()
    {
        await Call($"{Word}-key", "GET", "/vault");
        await Call(RunningServer.FrontendKey, "GET", $"/{Word}/{Word}?{Word}={Word}");
        await Call(RunningServer.FrontendKey, "DELETE", $"/events?{Word}={Word}", null, ("User-Agent", $"{Word}/1.0"), ("Cookie", Word), ("Sec-GPC", Word), ("Referer", $"https://example.org/{Word}"));
    }

    private async Task Events(string body, string contentType = "application/json", HttpStatusCode? expected = HttpStatusCode.Accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/events?{Word}") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new(contentType);
        request.Headers.Add("x-api-key", RunningServer.FrontendKey);
        using var response = await server.Http.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(expected is null || expected == response.StatusCode, Encoding.UTF8.GetString(answer));
        Assert.True((int)response.StatusCode < 500, $"{(int)response.StatusCode} for {body} as {contentType}");
        if (response.StatusCode == HttpStatusCode.Accepted) accepted += Sending.Results(answer).Count(r => r.Status == "accepted");
        else Assert.DoesNotContain(Word, Encoding.UTF8.GetString(answer), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>No answer repeats the word either, but to say which field it does not know.</summary>
    private async Task<string> Call(string key, string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode < 500, $"{(int)response.StatusCode} for {body} to {path}");
        if (!text.Contains(":unknown-field", StringComparison.Ordinal)) Assert.DoesNotContain(Word, text, StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
