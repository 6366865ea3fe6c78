using System.Buffers;
using System.Text.Json;
using Personalization.Events.Reading;

namespace Personalization.Events;

/// <summary>The answer to a request with events: one result each, in order. Written as it is, because there are hundreds of thousands a second.</summary>
public static class EventAnswer
{
    private static readonly JsonEncodedText Results = JsonEncodedText.Encode("results");
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    private static readonly JsonEncodedText Field = JsonEncodedText.Encode("field");
    private static readonly JsonEncodedText[] Kinds = [.. new[] { "accepted", "duplicate", "dropped", "rejected" }.Select(k => JsonEncodedText.Encode(k))];

    private static readonly JsonEncodedText Visitor = JsonEncodedText.Encode("visitor");

    /// <param name="events">Judged.</param>
    /// <param name="visitor">The token whoever sent them is to use from now on, if there is a new one.</param>
    public static ReadOnlyMemory<byte> Of(EventBatch events, string? visitor)
    {
        var bytes = new ArrayBufferWriter<byte>(16 + (64 * events.Count));
        using var json = new Utf8JsonWriter(bytes, new() { SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartArray(Results);
        for (var i = 0; i < events.Count; i++) Write(json, events, events[i]);
        json.WriteEndArray();
        if (visitor is not null) json.WriteString(Visitor, visitor);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, EventBatch events, in IncomingEvent e)
    {
        var verdict = e.Verdict;
        json.WriteStartObject();
        if (!e.Id.IsEmpty) json.WriteString(Id, events.Text(e.Id));
        json.WriteString(Status, Kinds[(int)verdict.Kind]);
        if (verdict.Field is not null)
        {
            json.WriteString(Reason, $"{verdict.Field} {verdict.Reason}");
            json.WriteString(Field, verdict.Field);
        }
        else if (verdict.Reason is not null) json.WriteString(Reason, verdict.Reason);
        json.WriteEndObject();
    }
}
