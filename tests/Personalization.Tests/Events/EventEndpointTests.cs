using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Events;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Events;

public sealed class EventEndpointTests
{
    public static TheoryData<string> Types => [.. EventTypes.All.Select(r => r.Name)];

    /// <summary>10,000 events of each type, most with something wrong, in every form a body can have.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public async Task Random_events_get_a_verdict_each_and_never_a_server_error(string type)
    {
        await using var server = await RunningServer.WithoutKeys();
        var random = new Random(type.Length + type[0]);
        for (var round = 0; round < 10; round++)
        {
            var events = Enumerable.Range(0, 1000).Select(i => RandomEvent.Of(random, type, $"e{round}-{i}", TimeProvider.System.GetUtcNow()).ToJsonString()).ToList();
            var (body, contentType) = (round % 3) switch
            {
                0 => ("[" + string.Join(',', events) + "]", "application/json"),
                1 => (string.Join('\n', events), "application/x-ndjson"),
                _ => ("[" + string.Join(',', events.Select((e, i) => $$"""{"specversion":"1.0","id":"{{round}}-{{i}}","source":"/f","type":"{{type}}","data":{{e}}}""")) + "]", "application/cloudevents-batch+json"),
            };
            using var answer = await Post(server, body, contentType);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            var results = Sending.Results(await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(1000, results.Count);
            Assert.All(results, r => Assert.Contains(r.Status, new[] { "accepted", "duplicate", "dropped", "rejected" }));
        }
    }

    [Fact]
    public async Task Damaged_bodies_get_a_problem_or_verdicts_and_never_a_server_error()
    {
        await using var server = await RunningServer.WithoutKeys();
        var random = new Random(7);
        string[] types = ["application/json", "application/x-ndjson", "application/cloudevents+json", "application/cloudevents-batch+json"];
        for (var round = 0; round < 400; round++)
        {
            var body = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 3).Select(i => RandomEvent.Of(random, "view", $"e{i}", TimeProvider.System.GetUtcNow()).ToJsonString())) + "]");
            for (var n = random.Next(4); n > 0; n--) body[random.Next(body.Length)] = (byte)random.Next(256);
            using var answer = await Post(server, body[..random.Next(1, body.Length + 1)], types[random.Next(types.Length)]);
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }
    }

    [Fact]
    public async Task The_browsers_signal_counts_for_every_event_of_the_request_if_it_is_exactly_1()
    {
        await using var server = await RunningServer.WithoutKeys();
        const string Consent = """{"personalization":true,"thirdParty":true}""", Channel = ""","context":{"channel":"third-party"}""";
        Assert.Equal("dropped", await Status("a", "1"));
        Assert.Equal("accepted", await Status("b", "0"));
        Assert.Equal("accepted", await Status("c", "true"));
        async Task<string> Status(string id, string gpc)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent(Sending.View(id, consent: Consent, more: Channel), Encoding.UTF8, "application/json") };
            request.Headers.Add("Sec-GPC", gpc);
            using var answer = await server.Http.SendAsync(request);
            return Assert.Single(Sending.Results(await answer.Content.ReadAsByteArrayAsync())).Status;
        }
    }

    [Fact]
    public async Task An_envelope_in_headers_is_read_with_its_percent_encoding()
    {
        await using var server = await RunningServer.WithoutKeys();
        Assert.Equal("accepted", (await Headers("1", "view", "1.0")).Status);
        Assert.Equal("duplicate", (await Headers("1", "view", "1.0")).Status);
        Assert.Equal("specversion", (await Headers("2", "view", "9")).Field);
        Assert.Equal(["time", "time", "time"], new List<string?> { (await Headers("3", "view", "1.0", "yesterday")).Field, (await Headers("4", "view", "1.0", "10:30")).Field, (await Headers("5", "view", "1.0", "1/2")).Field });
        async Task<Result> Headers(string id, string type, string version, string? time = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("""{"visitor":"v","item":"i"}""", Encoding.UTF8, "application/json") };
            foreach (var (name, value) in new[] { ("id", id), ("type", type), ("specversion", version), ("source", "/caf%C3%A9"), ("consentpurposes", "personalization"), ("time", time) })
                if (value is not null) request.Headers.Add("ce-" + name, value);
            using var answer = await server.Http.SendAsync(request);
            return Assert.Single(Sending.Results(await answer.Content.ReadAsByteArrayAsync()));
        }
    }

    [Fact]
    public async Task A_key_that_sends_more_events_than_it_may_is_told_when_to_go_on()
    {
        await using var server = await RunningServer.WithKeys(("RateLimit__EventsPerSecond", "50"));
        using var caller = server.Caller(RunningServer.FrontendKey);
        var body = "[" + string.Join(',', Enumerable.Range(0, 80).Select(i => Sending.View($"e{i}"))) + "]";
        using var first = await caller.PostAsync("/events", new StringContent(body, Encoding.UTF8, "application/json"));
        using var second = await caller.PostAsync("/events", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
        Assert.NotNull(second.Headers.RetryAfter);
    }

    [Fact]
    public async Task Events_that_were_refused_leave_a_letter_that_says_why_and_nothing_of_what_they_said()
    {
        await using var server = await RunningServer.WithKeys();
        using (await server.Caller(RunningServer.FrontendKey).PostAsync("/events", new StringContent(Sending.View("PLANTED", item: "", visitor: "PLANTED-v"), Encoding.UTF8, "application/json"))) { }
        var listed = await server.Caller(RunningServer.OperatorKey).GetStringAsync("/stream/deadletters");
        using var json = JsonDocument.Parse(listed);
        var letter = Assert.Single(json.RootElement.GetProperty("letters").EnumerateArray());
        Assert.Equal(("intake", "view", "item must have 1 to 256 characters"), (letter.GetProperty("hub").GetString(), letter.GetProperty("type").GetString(), letter.GetProperty("reason").GetString()));
        Assert.DoesNotContain("PLANTED", listed, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> Post(RunningServer server, string body, string contentType) => Post(server, Encoding.UTF8.GetBytes(body), contentType);

    private static async Task<HttpResponseMessage> Post(RunningServer server, byte[] body, string contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(contentType);
        return await server.Http.PostAsync("/events", content);
    }
}
