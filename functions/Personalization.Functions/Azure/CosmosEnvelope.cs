using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// A document as Cosmos DB keeps it: <c>{"id","pk","ttl"?,"text" or "base64"}</c>. The body travels as a JSON string and
/// not as embedded JSON, because Cosmos rewrites JSON (numbers become doubles) while a string comes back byte for byte.
/// Bodies that are not UTF-8, or would grow more as escaped text, are base64; so no envelope is over 4/3 of its body.
/// </summary>
internal static class CosmosEnvelope
{
    /// <summary>The largest item the service takes, counted over its JSON text.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlyMemory<byte> Write(string partition, string id, ReadOnlyMemory<byte> body, TimeSpan? expiry)
    {
        if (!Utf8.IsValid(body.Span)) return Write(partition, id, body, expiry, text: false);
        var text = Write(partition, id, body, expiry, text: true);
        return text.Length <= Base64.GetMaxEncodedToUtf8Length(body.Length) || body.Length < 256
            ? text
            : Write(partition, id, body, expiry, text: false);
    }

    /// <summary>The item's documents in a point read's or a page's answer.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="standard">How long the container keeps what does not say so itself.</param>
    public static List<Document> ReadPage(ReadOnlyMemory<byte> json, TimeSpan? standard)
    {
        var documents = new List<Document>();
        var reader = new Utf8JsonReader(json.Span);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var wanted = reader.ValueTextEquals("Documents"u8);
            reader.Read();
            if (!wanted) reader.Skip();
            else while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) documents.Add(Read(ref reader, standard));
        }
        return documents;
    }

    public static Document Read(ReadOnlyMemory<byte> json, TimeSpan? standard)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        return Read(ref reader, standard);
    }

    private static Document Read(ref Utf8JsonReader reader, TimeSpan? standard)
    {
        string partition = "", id = "";
        string? etag = null;
        long? written = null, life = standard is { } usual ? Seconds(usual) : null;
        ReadOnlyMemory<byte> body = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Next(ref reader, "id"u8)) id = OrderedName.ToText(reader.GetString()!);
            else if (Next(ref reader, "pk"u8)) partition = reader.GetString()!;
            else if (Next(ref reader, "text"u8)) body = Text(ref reader);
            else if (Next(ref reader, "base64"u8)) body = reader.GetBytesFromBase64();
            else if (Next(ref reader, "_etag"u8)) etag = reader.GetString();
            else if (Next(ref reader, "_ts"u8)) written = reader.GetInt64();
            else if (Next(ref reader, "ttl"u8)) life = reader.GetInt64();
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return new Document(partition, id, body, new Etag(0, etag)) { Expires = written is { } at && life is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(at + seconds) : null };
    }

    private static bool Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    private static ReadOnlyMemory<byte> Text(ref Utf8JsonReader reader)
    {
        var bytes = new byte[reader.ValueSpan.Length];
        return bytes.AsMemory(0, reader.CopyString(bytes));
    }

    private static ReadOnlyMemory<byte> Write(string partition, string id, ReadOnlyMemory<byte> body, TimeSpan? expiry, bool text)
    {
        var bytes = new ArrayBufferWriter<byte>(body.Length + 256);
        using var json = new Utf8JsonWriter(bytes, Plain);
        json.WriteStartObject();
        json.WriteString("id"u8, OrderedName.From(id));
        json.WriteString("pk"u8, partition);
        if (expiry is { } life) json.WriteNumber("ttl"u8, Seconds(life));
        if (text) json.WriteString("text"u8, body.Span);
        else json.WriteBase64String("base64"u8, body.Span);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    /// <summary>Cosmos counts in whole seconds and takes none below one.</summary>
    public static int Seconds(TimeSpan life) => (int)Math.Clamp(Math.Ceiling(life.TotalSeconds), 1, int.MaxValue);
}
