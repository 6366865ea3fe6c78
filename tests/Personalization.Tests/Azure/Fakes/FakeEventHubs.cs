using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Tests.Azure.Fakes;

/// <summary>
/// An Event Hubs namespace from its REST documentation: "Send partition event" and "Send batch events", a megabyte a
/// request, a shared access signature or a bearer token. Trouble is scripted: each entry answers one request.
/// </summary>
internal sealed class FakeEventHubs
{
    public const string KeyName = "publisher";
    public const string Key = "not-a-secret-0123456789";
    private readonly ConcurrentDictionary<(string Hub, int Partition), List<Taken>> partitions = new();

    public FakeEventHubs() => Wire = new Wire(Answer);

    public static Uri Namespace { get; } = new("https://fake.servicebus.windows.net/");

    public Wire Wire { get; }

    /// <summary>Null answers as the service would.</summary>
    public ConcurrentQueue<Func<CancellationToken, Task<HttpResponseMessage?>>> Trouble { get; } = new();

    public ConcurrentQueue<HttpRequestMessage> Requests { get; } = new();

    public ConcurrentQueue<int> RequestBytes { get; } = new();

    /// <summary>How many records a partition takes before it is throttled.</summary>
    public int Capacity { get; init; } = int.MaxValue;

    public Func<string, bool> Accepts { get; set; } = authorization => authorization.StartsWith("SharedAccessSignature sr=https%3A%2F%2Ffake.servicebus.windows.net", StringComparison.Ordinal);

    public IReadOnlyList<Taken> Of(string hub, int partition) => partitions.TryGetValue((hub, partition), out var log) ? [.. log] : [];

    public void ThenSay(HttpStatusCode status, params (string, string)[] headers) =>
        Trouble.Enqueue(_ => Task.FromResult<HttpResponseMessage?>(Wire.Say(status, headers)));

    private async Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken stop)
    {
        Requests.Enqueue(request);
        var body = await request.Content!.ReadAsByteArrayAsync(stop);
        RequestBytes.Enqueue(body.Length);
        if (Trouble.TryDequeue(out var trouble) && await trouble(stop) is { } scripted) return scripted;
        if (!Accepts(request.Headers.TryGetValues("Authorization", out var values) ? values.Single() : "")) return Wire.Say(HttpStatusCode.Unauthorized);
        if (body.Length > 1024 * 1024) return Wire.Say(HttpStatusCode.RequestEntityTooLarge);
        if (request.Method != HttpMethod.Post || request.RequestUri!.Query != "?timeout=60&api-version=2014-01") return Wire.Say(HttpStatusCode.BadRequest);
        if (request.RequestUri.AbsolutePath.Split('/') is not ["", var hub, "partitions", var partition, "messages"]) return Wire.Say(HttpStatusCode.NotFound);
        return Take(hub, int.Parse(partition), Read(request, body));
    }

    private HttpResponseMessage Take(string hub, int partition, List<Taken> events)
    {
        var log = partitions.GetOrAdd((hub, partition), _ => []);
        lock (log)
        {
            if (log.Count + events.Count > Capacity) return Wire.Say(HttpStatusCode.TooManyRequests, ("Retry-After", "4"));
            log.AddRange(events);
        }
        return Wire.Say(HttpStatusCode.Created);
    }

    private static List<Taken> Read(HttpRequestMessage request, byte[] body)
    {
        if (request.Content!.Headers.ContentType!.ToString() != "application/vnd.microsoft.servicebus.json")
            return [new(Unquoted(request, "subject"), Unquoted(request, "eventid"), body)];
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static Taken Read(JsonElement e)
    {
        var properties = e.GetProperty("UserProperties");
        var body = e.TryGetProperty("IsBodyBase64", out var base64) && base64.GetBoolean()
            ? e.GetProperty("Body").GetBytesFromBase64()
            : System.Text.Encoding.UTF8.GetBytes(e.GetProperty("Body").GetString()!);
        return new(properties.GetProperty("subject").GetString()!, properties.GetProperty("eventid").GetString()!, body);
    }

    private static string Unquoted(HttpRequestMessage request, string header) => JsonSerializer.Deserialize<string>(request.Headers.GetValues(header).Single())!;

    internal sealed record Taken(string Subject, string EventId, byte[] Body)
    {
        public StreamRecord Record => new(Subject, Body);
    }
}
