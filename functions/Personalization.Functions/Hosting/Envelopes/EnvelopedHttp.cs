using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Personalization.Functions.Hosting.Envelopes;

/// <summary>
/// Unpacks an HTTP call that came in an envelope (because the function also gets a durable client) into a request like
/// any other, and packs the response up again. What is between the two does not know the difference.
/// </summary>
internal static class EnvelopedHttp
{
    public static DefaultHttpContext Read(Envelope envelope, IServiceProvider services, CancellationToken stop)
    {
        var request = envelope.Value(BindingNames.Request);
        if (request.ValueKind != JsonValueKind.Object) throw new EnvelopeException("the request is no object");
        var http = new DefaultHttpContext { RequestServices = services, RequestAborted = stop };
        http.Request.Method = Text(request, "Method");
        ReadUrl(http.Request, Text(request, "Url"));
        ReadHeaders(http.Request.Headers, request);
        ReadParams(http.Request.RouteValues, request);
        ReadBody(http.Request, request);
        http.Response.Body = new MemoryStream();
        return http;
    }

    /// <summary>The durable client of the call: JSON text in a string in a string.</summary>
    public static DurableClient? ReadClient(Envelope envelope)
    {
        var client = envelope.Unwrap(envelope.Value(BindingNames.Client));
        return client.ValueKind == JsonValueKind.Object ? client.Deserialize(Json.Default.DurableClient) : null;
    }

    public static HttpOutput Write(HttpContext http)
    {
        var body = (MemoryStream)http.Response.Body;
        // Headers must be single values; a repeated one becomes a list, which HTTP takes as the same.
        var headers = http.Response.Headers.Where(h => h.Value.Count > 0 && h.Key != "Content-Length").ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        // The body goes as text: an object would be re-written with other times and numbers.
        return new(http.Response.StatusCode, headers, body.Length == 0 ? null : Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length));
    }

    // The query is read from the URL: in the frame's own table a repeated key and a value with a comma look the same.
    private static void ReadUrl(HttpRequest request, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) throw new EnvelopeException("the URL is none");
        request.Scheme = uri.Scheme;
        request.Host = new(uri.Authority);
        request.Path = PathString.FromUriComponent(uri);
        request.QueryString = new(uri.Query);
    }

    private static void ReadHeaders(IHeaderDictionary headers, JsonElement request)
    {
        if (!request.TryGetProperty("Headers", out var all) || all.ValueKind != JsonValueKind.Object) return;
        foreach (var h in all.EnumerateObject().Where(h => h.Value.ValueKind == JsonValueKind.Array))
            headers[h.Name] = new StringValues([.. h.Value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(Envelope.Text)]);
    }

    private static void ReadParams(RouteValueDictionary values, JsonElement request)
    {
        if (!request.TryGetProperty("Params", out var all) || all.ValueKind != JsonValueKind.Object) return;
        foreach (var p in all.EnumerateObject()) values[p.Name] = p.Value.ValueKind == JsonValueKind.String ? Envelope.Text(p.Value) : null;
    }

    private static void ReadBody(HttpRequest request, JsonElement frame)
    {
        var text = frame.TryGetProperty("Body", out var body) && body.ValueKind == JsonValueKind.String ? Envelope.Text(body) : null;
        var bytes = text is null ? [] : IsBinary(request.ContentType) ? FromBase64(text) : Encoding.UTF8.GetBytes(text);
        request.Body = new MemoryStream(bytes, writable: false);
        request.ContentLength = bytes.Length;
        // The host drops a body that came without a length; its reader must be told, or it would see an empty one.
        if (text is null && request.Headers.ContainsKey("Transfer-Encoding")) request.HttpContext.Features.Set(LostBody.Yes);
    }

    private static bool IsBinary(string? contentType) =>
        contentType is not null && (contentType.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) || contentType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase));

    private static byte[] FromBase64(string text)
    {
        try { return Convert.FromBase64String(text); }
        catch (FormatException) { throw new EnvelopeException("a binary body is not base64"); }
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Envelope.Text(value) : throw new EnvelopeException($"the request has no {name}");
}

/// <summary>Marks a request whose body the host dropped on the way.</summary>
internal sealed class LostBody
{
    public static readonly LostBody Yes = new();
}

/// <summary>How the host says its orchestrations are reached. The query string parameters are a secret.</summary>
internal sealed record DurableClient
{
    public string? TaskHubName { get; init; }
    public string? ConnectionName { get; init; }
    public string? RequiredQueryStringParameters { get; init; }
    public string? RpcBaseUrl { get; init; }
    public string? HttpBaseUrl { get; init; }

    private static readonly AsyncLocal<DurableClient?> Ambient = new();

    /// <summary>What came with the call that is being answered; null where its function did not ask for it.</summary>
    public static DurableClient? OfCall { get => Ambient.Value; set => Ambient.Value = value; }

    public override string ToString() => $"DurableClient({TaskHubName})";
}
