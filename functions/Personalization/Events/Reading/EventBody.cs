using System.Text.Json;

namespace Personalization.Events.Reading;

/// <summary>
/// Reads the events of a request's body. An element that is no event does not spoil the others: it gets a verdict of its
/// own. Only a body that is broken as a whole, or too long, is refused.
/// </summary>
public static class EventBody
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    /// <summary>False where there are more than <paramref name="max"/>.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static bool Read(EventBatch batch, ReadOnlyMemory<byte> body, EventFormat format, int max)
    {
        batch.Start(body);
        return format == EventFormat.Lines ? ReadLines(batch, max) : ReadJson(batch, format, max);
    }

    private static bool ReadJson(EventBatch batch, EventFormat format, int max)
    {
        var json = new Utf8JsonReader(batch.Body.Span, Options);
        var cloud = format is EventFormat.Cloud or EventFormat.CloudBatch;
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray || format is EventFormat.Cloud or EventFormat.CloudData) EventReader.Read(ref json, batch, cloud);
        else
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (batch.Count == max) return false;
                EventReader.Read(ref json, batch, cloud);
            }
        }

        // What follows the value must be nothing; the reader says so by throwing.
        while (json.Read()) { }
        return true;
    }

    private static bool ReadLines(EventBatch batch, int max)
    {
        foreach (var range in batch.Body.Span.Split((byte)'\n'))
        {
            var line = batch.Body.Span[range];
            if (line.Trim(" \t\r"u8).IsEmpty) continue;
            if (batch.Count == max) return false;
            batch.Offset = range.Start.Value;
            ReadLine(batch, line);
        }

        return true;
    }

    private static void ReadLine(EventBatch batch, ReadOnlySpan<byte> line)
    {
        var before = batch.Count;
        try
        {
            var json = new Utf8JsonReader(line, Options);
            json.Read();
            EventReader.Read(ref json, batch, cloud: false);
            while (json.Read()) { }
        }
        catch (JsonException)
        {
            if (batch.Count == before) batch.Add();
            batch[before].Fault = new("line", "is not valid JSON");
        }
    }
}
