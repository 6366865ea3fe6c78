using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Personalization.Functions.Hosting.Envelopes;

namespace Personalization.Functions.Hosting.Http;

/// <summary>A request's body, read whole into a pooled buffer and never past its limit.</summary>
internal sealed class RequestBody : IDisposable
{
    private byte[] buffer;
    private int length;

    private RequestBody(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The bytes, without the byte-order mark some senders begin with.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? buffer.AsMemory(3, length - 3) : buffer.AsMemory(0, length);

    /// <summary>Every byte as it came.</summary>
    public ReadOnlyMemory<byte> Exact => buffer.AsMemory(0, length);

    /// <summary>One JSON value of a listed type. Whatever keeps it from being one is a problem that names the place.</summary>
    public static async ValueTask<T> Json<T>(HttpContext http, JsonTypeInfo<T> type) where T : class
    {
        using var body = await Text(http, "application/json");
        try { return JsonSerializer.Deserialize(body.Memory.Span, type) ?? throw new RefusedException(Problem.Invalid("", "is null")); }
        catch (JsonException e) { throw new RefusedException(JsonFault.Of(e)); }
    }

    /// <summary>A body of one of these content types, as valid UTF-8 without a byte-order mark.</summary>
    public static ValueTask<RequestBody> Text(HttpContext http, params ReadOnlySpan<string> contentTypes)
    {
        if (http.Features.Get<LostBody>() is not null) throw new RefusedException(Problem.NoLength);
        foreach (var type in contentTypes)
            if (Is(http.Request.ContentType, type)) return ReadText(http);
        throw new RefusedException(Problem.WrongContentType(string.Join(" or ", contentTypes)));
    }

    public static bool Is(string? contentType, string wanted) =>
        contentType is not null && contentType.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == wanted.Length || contentType[wanted.Length] is ';' or ' ');

    public static async ValueTask<RequestBody> ReadAll(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit) throw new RefusedException(Problem.TooLarge(limit));
        var body = new RequestBody((int)Math.Min(limit, request.ContentLength ?? 16 * 1024) + 1);
        try
        {
            while (await request.Body.ReadAsync(body.buffer.AsMemory(body.length), request.HttpContext.RequestAborted) is > 0 and var n)
            {
                body.length += n;
                if (body.length > limit) throw new RefusedException(Problem.TooLarge(limit));
                if (body.length == body.buffer.Length) body.Grow();
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer, clearArray: false);
        buffer = [];
        length = 0;
    }

    private static async ValueTask<RequestBody> ReadText(HttpContext http)
    {
        var body = await ReadAll(http.Request, HttpOptions.Of(http).MaxBodyBytes);
        if (Utf8.IsValid(body.Memory.Span)) return body;
        body.Dispose();
        throw new RefusedException(Problem.NotUtf8);
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
