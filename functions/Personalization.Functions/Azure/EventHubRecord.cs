using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// A record as a member of a batch: <c>{"Body":"…","UserProperties":{"eventid","subject"}}</c>, with
/// <c>IsBodyBase64</c> where the body is not text. The event id is a digest of the record, so that a resend carries
/// the id of the first sending and whoever reads the stream can tell.
/// </summary>
internal readonly record struct EventHubRecord(StreamRecord Record, string Id, ReadOnlyMemory<byte> Json)
{
    /// <summary>The property that carries a record's key, which a partition key cannot: the partition is named in the address.</summary>
    public const string Subject = "subject";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static EventHubRecord From(StreamRecord record)
    {
        var id = Digest(record);
        var bytes = new ArrayBufferWriter<byte>(record.Body.Length + 256);
        using var json = new Utf8JsonWriter(bytes, Plain);
        var text = Utf8.IsValid(record.Body.Span);
        json.WriteStartObject();
        if (text) json.WriteString("Body"u8, record.Body.Span);
        else json.WriteBase64String("Body"u8, record.Body.Span);
        if (!text) json.WriteBoolean("IsBodyBase64"u8, true);
        json.WriteStartObject("UserProperties"u8);
        json.WriteString("eventid"u8, id);
        json.WriteString(Subject, record.Key);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return new(record, id, bytes.WrittenMemory);
    }

    private static string Digest(StreamRecord record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(record.Key));
        hash.AppendData([0]);
        hash.AppendData(record.Body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
