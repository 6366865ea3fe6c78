using System.Text.Json;
using Personalization.Events;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Triggers;

/// <summary>
/// Reads one event, an array of events, or NDJSON. An element that is no event does not spoil the others: it gets a
/// verdict of its own. Only a body that is broken as a whole is refused.
/// </summary>
internal static class EventBody
{
    private const string Lines = "application/x-ndjson";
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    public static async ValueTask<IReadOnlyList<ReadEvent>> Read(HttpContext http, int max)
    {
        using var body = await RequestBody.Text(http, "application/json", Lines);
        var events = RequestBody.Is(http.Request.ContentType, Lines) ? ReadLines(body.Memory, max) : ReadJson(body.Memory, max);
        return events.Count > 0 ? events : throw new RefusedException(Problem.Invalid("", "holds no event"));
    }

    private static List<ReadEvent> ReadJson(ReadOnlyMemory<byte> body, int max)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Depth);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array) return [ReadOne(root)];
            if (root.GetArrayLength() > max) throw new RefusedException(Problem.TooManyItems("events", max));
            return [.. root.EnumerateArray().Select(ReadOne)];
        }
        catch (JsonException e) { throw new RefusedException(JsonFault.Of(e)); }
    }

    private static List<ReadEvent> ReadLines(ReadOnlyMemory<byte> body, int max)
    {
        var events = new List<ReadEvent>();
        foreach (var range in body.Span.Split((byte)'\n'))
        {
            var line = body[range];
            if (line.Span.Trim(" \t\r"u8).IsEmpty) continue;
            if (events.Count == max) throw new RefusedException(Problem.TooManyItems("events", max));
            events.Add(ReadLine(line));
        }

        return events;
    }

    private static ReadEvent ReadLine(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Depth);
            return ReadOne(document.RootElement);
        }
        catch (JsonException) { return new(null, "line", "is not valid JSON"); }
    }

    private static ReadEvent ReadOne(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return new(null, "event", "is not an object");
        try { return new(element.Deserialize(Json.Default.IncomingEvent)); }
        catch (JsonException e) { return new(null, JsonFault.Field(e), "has the wrong type"); }
    }
}
