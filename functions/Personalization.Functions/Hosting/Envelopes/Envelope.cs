using System.Text.Json;
using System.Text.Unicode;

namespace Personalization.Functions.Hosting.Envelopes;

/// <summary>
/// The frame in which the host posts an invocation. Values that are not JSON objects come as JSON text inside a JSON
/// string, so they are parsed once more. Whoever controls a trigger's body also controls parts of <c>Metadata</c>
/// (HTTP, single event, activity); only batches and the retry count are read from it, where nobody does.
/// </summary>
internal sealed class Envelope : IDisposable
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 64 };

    private readonly JsonDocument document;
    private readonly List<JsonDocument> inner = [];

    private Envelope(JsonDocument document) => this.document = document;

    public static Envelope Parse(ReadOnlyMemory<byte> frame)
    {
        if (!Utf8.IsValid(frame.Span)) throw new EnvelopeException("the frame is not valid UTF-8");
        var parsed = Document(frame);
        if (parsed.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("Data", out var data) && data.ValueKind == JsonValueKind.Object) return new(parsed);
        parsed.Dispose();
        throw new EnvelopeException("the frame has no Data object");
    }

    /// <summary>A value of <c>Data</c>, parsed as often as it takes to get at what the trigger produced.</summary>
    public JsonElement Value(string binding) =>
        document.RootElement.GetProperty("Data").TryGetProperty(binding, out var value) ? Unwrap(value) : throw new EnvelopeException($"Data has no '{binding}'");

    /// <summary>The trigger's value where it is the only one, under whatever name.</summary>
    public JsonElement Only()
    {
        var data = document.RootElement.GetProperty("Data");
        return data.GetPropertyCount() == 1 ? Unwrap(data.EnumerateObject().First().Value) : throw new EnvelopeException("Data holds more than the trigger's value");
    }

    /// <summary>A value of <c>Metadata</c>, or undefined.</summary>
    public JsonElement Metadata(string key) =>
        document.RootElement.TryGetProperty("Metadata", out var all) && all.ValueKind == JsonValueKind.Object && all.TryGetProperty(key, out var value) ? Unwrap(value) : default;

    /// <summary>How often this invocation was tried before.</summary>
    public int Attempt =>
        Metadata("RetryContext") is { ValueKind: JsonValueKind.Object } retry && retry.TryGetProperty("RetryCount", out var count) && count.TryGetInt32(out var n) ? n : 0;

    /// <summary>One level of JSON text in a JSON string taken off; anything that is no JSON text stays as it is.</summary>
    public JsonElement Unwrap(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return value;
        try
        {
            inner.Add(JsonDocument.Parse(Text(value), Depth));
            return inner[^1].RootElement;
        }
        catch (JsonException) { return value; }
    }

    /// <summary>A string's text; half a surrogate pair is none.</summary>
    public static string Text(JsonElement value)
    {
        try { return value.GetString()!; }
        catch (InvalidOperationException) { throw new EnvelopeException("a text in the frame is broken"); }
    }

    public void Dispose()
    {
        foreach (var d in inner) d.Dispose();
        document.Dispose();
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> frame)
    {
        try { return JsonDocument.Parse(frame, Depth); }
        catch (JsonException) { throw new EnvelopeException("the frame is not JSON"); }
    }
}

/// <summary>A post to an envelope path that is not one the host makes.</summary>
internal sealed class EnvelopeException(string fault) : Exception(fault);
