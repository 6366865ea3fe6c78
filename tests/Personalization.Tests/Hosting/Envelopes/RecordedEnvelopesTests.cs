using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Storage;

namespace Personalization.Tests.Hosting.Envelopes;

/// <summary>Frames recorded from the real host, posted to the real server, must reach the function as the recording says.</summary>
public sealed class RecordedEnvelopesTests : IAsyncLifetime
{
    private readonly RecordedFunctions functions = new();
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.UnderTheHost(functions.Table);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string> Ids => new(Vector.All("envelopes").Select(v => v.Id));

    [Theory, MemberData(nameof(Ids))]
    public async Task Reaches_its_function_as_recorded(string id)
    {
        var vector = Vector.Load("envelopes", id);
        var response = await server.Http.SendAsync(Vector.Request(vector["request"]));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var decoded = vector["decoded"];
        foreach (var member in decoded.EnumerateObject()) Check(vector, member.Name, member.Value);
    }

    private void Check(Vector vector, string member, JsonElement expected)
    {
        switch (member)
        {
            case "method": Assert.Equal(expected.GetString(), functions.Http!.Method); break;
            case "url": Assert.Equal(new Uri(expected.GetString()!).PathAndQuery, functions.Http!.Target); break;
            // The recorded table joins repeated keys with a comma, as ours does when asked for one text.
            case "query": Same(expected, functions.Http!.Query); break;
            case "params": Same(expected, functions.Http!.Params!); break;
            case "bodyText" when expected.ValueKind == JsonValueKind.Null: Assert.Empty(functions.Http!.Body); break;
            case "bodyText" when !vector["decoded"].TryGetProperty("bodyHex", out _): Assert.Equal(expected.GetString(), Encoding.UTF8.GetString(functions.Http!.Body)); break;
            case "bodyText": Assert.Equal(expected.GetString(), Convert.ToBase64String(functions.Http!.Body)); break;
            case "bodyHex": Assert.Equal(expected.GetString(), Convert.ToHexString(functions.Http!.Body)); break;
            case "durableClient": Same(expected, functions.Http!.Client!); break;
            case "event": Assert.Equal(expected.GetString(), Text(Assert.Single(functions.Delivery!.Records))); break;
            case "events": Assert.Equal(expected.EnumerateArray().Select(Body), functions.Delivery!.Records.Select(Text)); break;
            case "sequenceNumbers": Assert.Equal(expected.EnumerateArray().Select(e => e.GetInt64()), functions.Delivery!.Records.Select(r => r.Sequence)); break;
            case "partitionKeys": Assert.Equal(expected.EnumerateArray().Select(e => e.GetString()), functions.Delivery!.Records.Select(r => r.Key)); break;
            case "enqueuedTimeUtc": Assert.Equal(expected.EnumerateArray().Select(e => e.GetString()), functions.Delivery!.Records.Select(r => r.Enqueued.ToString("yyyy-MM-ddTHH:mm:ss.fff"))); break;
            case "partitionContext": Assert.Equal(expected.GetProperty("PartitionId").GetString(), functions.Delivery!.Partition); SameMetadata(vector, member, expected); break;
            case "retryCount": Assert.Equal(expected.GetInt32(), functions.Delivery!.Attempt); break;
            case "orchestratorRequestBase64": Assert.Equal(expected.GetString(), functions.Orchestration); break;
            case "inputJsonText": Assert.Equal((true, expected.GetString()), functions.Activity); break;
            case "inputValue" when expected.ValueKind == JsonValueKind.Null: Assert.Null(functions.Activity.Input); break;
            case "inputValue": Assert.True(JsonElement.DeepEquals(expected, JsonElement.Parse(functions.Activity.Input!))); break;
            case "IsPastDue": Assert.Equal(expected.GetBoolean(), functions.Timer!.IsPastDue); break;
            case "ScheduleStatus" when expected.ValueKind == JsonValueKind.Null: Assert.Equal((null, null, null), (functions.Timer!.Last, functions.Timer.Next, functions.Timer.LastUpdated)); break;
            case "ScheduleStatus": Assert.Equal((Time(expected, "Last"), Time(expected, "Next"), Time(expected, "LastUpdated")), (functions.Timer!.Last, functions.Timer.Next, functions.Timer.LastUpdated)); break;
            // No function asks for these; the frame still has to give them up undamaged.
            case "offsets" or "properties" or "systemProperties": SameMetadata(vector, member, expected); break;
            // What the recording adds about itself: the turn is decoded by its own tests, times by ours above.
            case "orchestratorRequest" or "answer" or "Schedule" or "maxRetryCount" or "invocationIdSameOnAllAttempts": break;
            default: Assert.Fail($"{vector.Id} says something about '{member}' that nothing checks."); break;
        }
    }

    private static void SameMetadata(Vector vector, string member, JsonElement expected)
    {
        var key = member switch { "offsets" => "OffsetArray", "properties" => "PropertiesArray", "systemProperties" => "SystemPropertiesArray", _ => "PartitionContext" };
        using var envelope = Envelope.Parse(Encoding.UTF8.GetBytes(vector["request"].GetProperty("bodyText").GetString()!));
        Assert.True(JsonElement.DeepEquals(expected, envelope.Metadata(key)), $"{key} of {vector.Id}");
    }

    private static void Same(JsonElement expected, DurableClient actual)
    {
        string? Expected(string name) => expected.GetProperty(name).GetString();
        Assert.Equal(
            (Expected("taskHubName"), Expected("connectionName"), Expected("requiredQueryStringParameters"), Expected("rpcBaseUrl"), Expected("httpBaseUrl")),
            (actual.TaskHubName, actual.ConnectionName, actual.RequiredQueryStringParameters, actual.RpcBaseUrl, actual.HttpBaseUrl));
        Assert.DoesNotContain("FAKE", actual.ToString(), StringComparison.Ordinal);
    }

    private static void Same<T>(JsonElement expected, Dictionary<string, T> actual) =>
        Assert.Equal(expected.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value.GetString()), actual.ToDictionary(p => p.Key, p => (object?)p.Value));

    private static string Text(DeliveredRecord record) => Encoding.UTF8.GetString(record.Body.Span);

    private static string Body(JsonElement e) => e.ValueKind == JsonValueKind.String ? e.GetString()! : JsonSerializer.Serialize(e);

    private static DateTimeOffset Time(JsonElement status, string name) => DateTimeOffset.Parse(status.GetProperty(name).GetString()!);
}
