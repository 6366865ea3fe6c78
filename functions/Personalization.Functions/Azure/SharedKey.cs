using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Personalization.Functions.Azure;

/// <summary>
/// Signs storage calls with an account key: "Shared Key" for blobs, "Shared Key Lite" for tables, as laid down in
/// "Authorize with Shared Key" of the storage services' REST documentation.
/// </summary>
internal sealed class SharedKey(string account, string key, bool tables) : HttpPipelineSynchronousPolicy
{
    private static readonly string[] Standard =
    [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
        "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ];

    private readonly byte[] secret = Convert.FromBase64String(key);

    public override void OnSendingRequest(HttpMessage message)
    {
        var request = message.Request;
        var uri = request.Uri.ToUri();
        var text = tables
            ? ForTables(Header(request, "x-ms-date"), account, uri.AbsolutePath, Query(uri))
            : ForBlobs(request.Method.Method, name => Header(request, name), Own(request), account, uri.AbsolutePath, Query(uri));
        request.Headers.SetValue("Authorization", $"{(tables ? "SharedKeyLite" : "SharedKey")} {account}:{Sign(secret, text)}");
    }

    internal static string Sign(byte[] secret, string text) => Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));

    /// <summary>The text that is signed for a blob call.</summary>
    internal static string ForBlobs(
        string method, Func<string, string> header, IEnumerable<(string Name, string Value)> own, string account, string path, IEnumerable<(string Name, string Value)> query)
    {
        var text = new StringBuilder(method).Append('\n');
        foreach (var name in Standard) text.Append(name == "Content-Length" && header(name) == "0" ? "" : header(name)).Append('\n');
        foreach (var (name, value) in own.OrderBy(o => o.Name, StringComparer.Ordinal)) text.Append(name).Append(':').Append(value).Append('\n');
        text.Append('/').Append(account).Append(path);
        foreach (var (name, value) in query.OrderBy(q => q.Name, StringComparer.Ordinal)) text.Append('\n').Append(name).Append(':').Append(value);
        return text.ToString();
    }

    /// <summary>The text that is signed for a table call: of the query only "comp" counts.</summary>
    internal static string ForTables(string date, string account, string path, IEnumerable<(string Name, string Value)> query)
    {
        var comp = query.Where(q => q.Name == "comp").Select(q => "?comp=" + q.Value).FirstOrDefault();
        return $"{date}\n/{account}{path}{comp}";
    }

    private static string Header(Request request, string name) => request.Headers.TryGetValue(name, out var value) ? value! : "";

    private static IEnumerable<(string Name, string Value)> Own(Request request) =>
        request.Headers.Select(h => (Name: h.Name.ToLowerInvariant(), h.Value)).Where(h => h.Name.StartsWith("x-ms-", StringComparison.Ordinal));

    private static IEnumerable<(string Name, string Value)> Query(Uri uri) =>
        uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => (pair[0].ToLowerInvariant(), Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "")));
}
