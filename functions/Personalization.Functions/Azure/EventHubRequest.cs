using System.Text.Json;
using Azure.Core;

namespace Personalization.Functions.Azure;

/// <summary>One request to a partition: a batch, or a single record as it is where even alone it would outgrow a batch's JSON.</summary>
internal sealed record EventHubRequest(IReadOnlyList<EventHubRecord> Records, bool Raw)
{
    /// <summary>The records in order, as few requests as the limit allows. No record is cut or left out.</summary>
    public static List<EventHubRequest> Split(IEnumerable<EventHubRecord> records, int limit)
    {
        var requests = new List<EventHubRequest>();
        var batch = new List<EventHubRecord>();
        var size = 1;
        foreach (var record in records)
        {
            var raw = record.Json.Length + 2 > limit;
            if (raw || size + record.Json.Length + 1 > limit) Close();
            if (raw) requests.Add(new([record], Raw: true));
            else
            {
                batch.Add(record);
                size += record.Json.Length + 1;
            }
        }
        Close();
        return requests;

        void Close()
        {
            if (batch.Count > 0) requests.Add(new(batch, Raw: false));
            (batch, size) = ([], 1);
        }
    }

    public void Shape(Request request)
    {
        request.Method = RequestMethod.Post;
        if (Raw) ShapeRaw(request, Records[0]);
        else
        {
            request.Headers.SetValue("Content-Type", "application/vnd.microsoft.servicebus.json");
            request.Content = RequestContent.Create(Batch());
        }
    }

    // A single event's body is the request's body, and its properties are headers in the form of JSON values.
    private static void ShapeRaw(Request request, EventHubRecord record)
    {
        request.Headers.SetValue("Content-Type", "application/atom+xml;type=entry;charset=utf-8");
        request.Headers.SetValue("eventid", $"\"{record.Id}\"");
        request.Headers.SetValue(EventHubRecord.Subject, $"\"{JsonEncodedText.Encode(record.Record.Key)}\"");
        request.Content = RequestContent.Create(record.Record.Body);
    }

    // The members' commas and closing bracket take one byte each, the opening one is the first.
    private byte[] Batch()
    {
        var bytes = new byte[1 + Records.Sum(r => r.Json.Length + 1)];
        bytes[0] = (byte)'[';
        var at = 1;
        foreach (var record in Records)
        {
            record.Json.CopyTo(bytes.AsMemory(at));
            at += record.Json.Length;
            bytes[at++] = (byte)',';
        }
        bytes[^1] = (byte)']';
        return bytes;
    }
}
