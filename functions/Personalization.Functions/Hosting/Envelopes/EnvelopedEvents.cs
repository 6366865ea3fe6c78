using System.Globalization;
using System.Text;
using System.Text.Json;
using Personalization.Functions.Azure;
using Personalization.Storage;

namespace Personalization.Functions.Hosting.Envelopes;

/// <summary>Reads the batch of an Event Hub trigger: the events, and beside them arrays of equal length.</summary>
internal static class EnvelopedEvents
{
    public static Delivery Read(Envelope envelope, string hub)
    {
        var value = envelope.Only();
        return value.ValueKind == JsonValueKind.Array ? Batch(envelope, value, hub) : Single(envelope, value, hub);
    }

    private static Delivery Batch(Envelope envelope, JsonElement events, string hub)
    {
        var count = events.GetArrayLength();
        var sequences = Array(envelope, "SequenceNumberArray", count);
        var times = Array(envelope, "EnqueuedTimeUtcArray", count);
        var keys = Array(envelope, "PartitionKeyArray", count);
        var properties = envelope.Metadata("PropertiesArray") is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == count ? array : default;
        if (count == 0) throw new EnvelopeException("the batch is empty");
        var records = new DeliveredRecord[count];
        for (var i = 0; i < count; i++)
            records[i] = new(Sequence(sequences[i]), Time(times[i]), Key(keys[i], properties.ValueKind == JsonValueKind.Array ? properties[i] : default), Body(events[i]));
        return new(hub, Partition(envelope), records, envelope.Attempt);
    }

    // Who sends to a partition by its number may set no partition key; our publisher then carries it as a property.
    private static string? Key(JsonElement key, JsonElement properties) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(EventHubRecord.Subject, out var subject) && subject.ValueKind == JsonValueKind.String ? Envelope.Text(subject)
        : key.ValueKind == JsonValueKind.String ? Envelope.Text(key)
        : null;

    // The members of a single event overwrite its metadata, so nothing but the event itself can be believed.
    private static Delivery Single(Envelope envelope, JsonElement value, string hub) =>
        new(hub, "", [new(DeliveredRecord.Unknown, default, null, Body(value))], envelope.Attempt);

    /// <summary>The bytes of one event: text is what was sent (dataType string), any other value its JSON text.</summary>
    private static byte[] Body(JsonElement value) => Encoding.UTF8.GetBytes(value.ValueKind == JsonValueKind.String ? Envelope.Text(value) : value.GetRawText());

    private static string Partition(Envelope envelope) =>
        envelope.Metadata("PartitionContext") is { ValueKind: JsonValueKind.Object } context && context.TryGetProperty("PartitionId", out var id) && id.ValueKind == JsonValueKind.String
            ? Envelope.Text(id)
            : throw new EnvelopeException("Metadata has no PartitionContext");

    private static JsonElement Array(Envelope envelope, string key, int count) =>
        envelope.Metadata(key) is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == count
            ? array
            : throw new EnvelopeException($"{key} does not match the events");

    private static long Sequence(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var n) && n >= 0 ? n : throw new EnvelopeException("a sequence number is no number");

    // UTC, with or without a Z.
    internal static DateTimeOffset Time(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(Envelope.Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new EnvelopeException("a time is no time");
}
