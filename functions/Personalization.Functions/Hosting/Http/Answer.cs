using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Personalization.Functions.Hosting.Http;

/// <summary>Answers of listed types, as JSON.</summary>
internal static class Answer
{
    public static IResult Json<T>(int status, T body, JsonTypeInfo<T> type) => new JsonAnswer<T>(status, body, type);

    public static IResult Ready(ReadOnlyMemory<byte> json, int status = 200) => new ReadyAnswer(json, status);

    /// <summary>A page that stands by itself, without anything that runs.</summary>
    public static IResult Page(string html) => new FileAnswer(System.Text.Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", null);

    public static IResult File(ReadOnlyMemory<byte> body, string contentType, string name) => new FileAnswer(body, contentType, name);

    public static Task Write<T>(HttpContext http, int status, string contentType, T body, JsonTypeInfo<T> type) =>
        Write(http, status, contentType, JsonSerializer.SerializeToUtf8Bytes(body, type));

    private static Task Write(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private sealed class JsonAnswer<T>(int status, T body, JsonTypeInfo<T> type) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public Task ExecuteAsync(HttpContext http) => Write(http, status, "application/json", body, type);
    }

    private sealed class ReadyAnswer(ReadOnlyMemory<byte> json, int status) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public Task ExecuteAsync(HttpContext http) => Write(http, status, "application/json", json);
    }

    private sealed class FileAnswer(ReadOnlyMemory<byte> body, string contentType, string? name) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => 200;

        public Task ExecuteAsync(HttpContext http)
        {
            if (name is not null) http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            else http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
            return Write(http, 200, contentType, body);
        }
    }
}
