using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Personalization.Functions.Hosting;
using Personalization.Storage;

namespace Personalization.Tests.Hosting.Envelopes;

/// <summary>Whatever we answer to an envelope is something the host was recorded to accept, and failures are failures.</summary>
public sealed class AnswersTests : IAsyncLifetime
{
    private readonly RecordedFunctions functions = new();
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.UnderTheHost(functions.Table);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string> Cases => new(Vector.File("envelope-responses.json").GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("label").GetString()!));

    [Theory, MemberData(nameof(Cases))]
    public void The_model_of_the_host_agrees_with_the_recording(string label)
    {
        var recorded = Vector.File("envelope-responses.json").GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("label").GetString() == label);
        var answer = recorded.GetProperty("handlerResponse");
        var effect = recorded.GetProperty("hostEffect");
        var (verdict, status) = HostModel.Judge(
            Outputs(recorded.GetProperty("functionJson")), answer.GetProperty("status").GetInt32(), answer.GetProperty("contentType").GetString(), answer.GetProperty("bodyText").GetString());
        var outcome = effect.GetProperty("outcome").GetString()!;
        Assert.Equal(outcome == "ok" ? HostVerdict.Accepted : outcome.StartsWith("no answer", StringComparison.Ordinal) ? HostVerdict.Hangs : HostVerdict.Failed, verdict);
        if (status is { } s && outcome == "ok") Assert.Equal(effect.GetProperty("clientResponse").GetProperty("status").GetInt32(), s);
    }

    [Theory]
    [InlineData("e04-eventhub-batch-string"), InlineData("e08-timer"), InlineData("e11-orchestration-first-turn"), InlineData("e12-activity-string-input"), InlineData("e14-activity-no-input")]
    public async Task A_function_that_succeeds_is_accepted_by_the_host(string id)
    {
        var (status, contentType, body) = await Post(id);
        Assert.Equal((HostVerdict.Accepted, null), HostModel.Judge([], status, contentType, body));
    }

    [Theory]
    [InlineData(200, "application/json", "{\"a\":1}"), InlineData(201, "application/problem+json", "{\"when\":\"2026-03-14T15:09:26.500Z\"}"), InlineData(204, null, ""), InlineData(404, "text/html; charset=utf-8", "<p>é😀</p>"), InlineData(302, null, "")]
    public async Task An_http_answer_reaches_the_client_as_it_was_given(int status, string? contentType, string text)
    {
        functions.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = contentType;
            http.Response.Headers.Append("X-Two", "one");
            http.Response.Headers.Append("X-Two", "two");
            return text.Length == 0 ? Task.CompletedTask : http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
        };
        var (code, type, body) = await Post("e02-http-post-durable-client");
        Assert.Equal((HostVerdict.Accepted, status), HostModel.Judge(["http:res"], code, type, body));
        var res = JsonElement.Parse(body).GetProperty("Outputs").GetProperty("res");
        Assert.Equal(text.Length == 0 ? null : text, res.TryGetProperty("body", out var sent) ? sent.GetString() : null);
        Assert.Equal("one,two", res.GetProperty("headers").GetProperty("X-Two").GetString());
        if (contentType is not null) Assert.Equal(contentType, res.GetProperty("headers").GetProperty("Content-Type").GetString());
    }

    [Fact]
    public async Task An_orchestration_answers_exactly_as_the_recorded_one()
    {
        var recorded = Vector.Load("envelopes", "e11-orchestration-first-turn")["decoded"].GetProperty("answer");
        functions.Result = recorded.GetProperty("ReturnValue").GetString()!;
        Assert.True(JsonElement.DeepEquals(recorded, JsonElement.Parse((await Post("e11-orchestration-first-turn")).Body)));
    }

    [Fact]
    public async Task Log_lines_of_an_invocation_go_back_to_the_host()
    {
        RunningServer? logging = null;
        await using var other = logging = await RunningServer.UnderTheHost(new([new Function("Nightly", new Trigger.Timer("0 0 3 * * *", (_, _) => { logging!.LogSomething(); return default; }))]));
        var response = await other.Http.SendAsync(Vector.Request(Vector.Load("envelopes", "e08-timer")["request"]));
        var line = Assert.Single(JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("Logs").EnumerateArray());
        Assert.Contains("A line for the collector", line.GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_the_host_lost_is_a_411_and_not_an_empty_body()
    {
        var vector = Vector.Load("envelopes", "e02-http-post-durable-client");
        var text = vector["request"].GetProperty("bodyText").GetString()!.Replace("\"Content-Length\":[\"90\"]", "\"Transfer-Encoding\":[\"chunked\"]", StringComparison.Ordinal);
        var start = text.IndexOf(",\"Body\":", StringComparison.Ordinal);
        text = text[..start] + text[text.IndexOf("},\"client\"", StringComparison.Ordinal)..];
        functions.Read = async http => { using var body = await Functions.Hosting.Http.RequestBody.Text(http, "application/json"); };
        var response = await server.Http.PostAsync("/StartOrder", new StringContent(text, Encoding.UTF8, "application/json"));
        var res = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("Outputs").GetProperty("res");
        Assert.Equal(411, res.GetProperty("statusCode").GetInt32());
    }

    [Fact]
    public async Task Metadata_that_a_caller_overwrote_changes_nothing()
    {
        // The body of e13 puts its own instanceId into Metadata; the input is read from Data alone.
        await Post("e13-activity-object-input");
        Assert.Contains("\"instanceId\":\"from-input\"", functions.Activity.Input, StringComparison.Ordinal);
        // The event of e07 put its own "sys" there; nothing of its Metadata is believed.
        await Post("e07-eventhub-single");
        Assert.Equal(DeliveredRecord.Unknown, Assert.Single(functions.Delivery!.Records).Sequence);
    }

    [Fact]
    public async Task An_envelope_from_anyone_but_the_host_finds_nothing()
    {
        var request = Vector.Request(Vector.Load("envelopes", "e08-timer")["request"]);
        request.Headers.Host = "shop.example";
        var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null(functions.Timer);
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData(""), InlineData("{\"Data\":{}}"), InlineData("{\"Data\":{\"a\":1,\"b\":2}}"),
     InlineData("{\"Data\":{\"events\":\"[1]\"},\"Metadata\":{\"SequenceNumberArray\":\"[]\"}}"), InlineData("{\"Data\":{\"events\":\"[]\"},\"Metadata\":{\"SequenceNumberArray\":\"[]\",\"EnqueuedTimeUtcArray\":\"[]\",\"PartitionKeyArray\":\"[]\"}}")]
    public async Task A_frame_that_is_none_fails_and_says_why(string frame)
    {
        var response = await server.Http.PostAsync("/IngestStrings", new StringContent(frame, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("not-an-envelope", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(int Status, string? ContentType, string Body)> Post(string id)
    {
        var response = await server.Http.SendAsync(Vector.Request(Vector.Load("envelopes", id)["request"]));
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }

    private static List<string> Outputs(JsonElement functionJson) =>
        [.. functionJson.GetProperty("bindings").EnumerateArray().Where(b => b.GetProperty("direction").GetString() == "out").Select(b => $"{b.GetProperty("type").GetString()}:{b.GetProperty("name").GetString()}")];
}
