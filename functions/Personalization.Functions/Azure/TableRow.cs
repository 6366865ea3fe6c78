using System.Buffers;
using System.Text.Json;
using Personalization.Storage;
using Response = Azure.Response;

namespace Personalization.Functions.Azure;

/// <summary>A ledger row as an entity: <c>{"PartitionKey","RowKey","Body" as Edm.Binary}</c>.</summary>
internal static class TableRow
{
    public static ReadOnlyMemory<byte> Write(string partition, string row, ReadOnlyMemory<byte> body)
    {
        var bytes = new ArrayBufferWriter<byte>((body.Length * 4 / 3) + 256);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("PartitionKey"u8, partition);
        json.WriteString("RowKey"u8, row);
        json.WriteString("Body@odata.type"u8, "Edm.Binary"u8);
        json.WriteBase64String("Body"u8, body.Span);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Read(Response answer)
    {
        using var json = JsonDocument.Parse(answer.Content.ToMemory());
        return json.RootElement.GetProperty("Body").GetBytesFromBase64();
    }

    /// <summary>A page of rows, and the query to add for the page after it.</summary>
    public static Page<LedgerRow> ReadPage(Response answer)
    {
        using var json = JsonDocument.Parse(answer.Content.ToMemory());
        var rows = json.RootElement.GetProperty("value").EnumerateArray()
            .Select(e => new LedgerRow(long.Parse(e.GetProperty("RowKey").GetString()!), e.GetProperty("Body").GetBytesFromBase64()));
        return new([.. rows], Next(answer));
    }

    private static string? Next(Response answer) =>
        answer.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partition)
            ? "&NextPartitionKey=" + Uri.EscapeDataString(partition!) +
              (answer.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var row) ? "&NextRowKey=" + Uri.EscapeDataString(row!) : "")
            : null;
}
