using System.Text;
using System.Text.Json;

namespace Personalization.Tests.Hosting;

/// <summary>A recorded exchange with the real Functions host.</summary>
internal sealed record Vector(string Id, JsonElement Root)
{
    public JsonElement this[string member] => Root.GetProperty(member);

    public string FunctionName => this["functionName"].GetString()!;

    public static IEnumerable<Vector> All(string folder) => Directory.GetFiles(PathOf(folder), "*.json").Order(StringComparer.Ordinal).Select(Read);

    public static Vector Load(string folder, string id) => Read(Path.Combine(PathOf(folder), id + ".json"));

    public static JsonElement File(string name)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(PathOf(name)));
        return document.RootElement.Clone();
    }

    /// <summary>The request as recorded, addressed to whoever listens now.</summary>
    public static HttpRequestMessage Request(JsonElement recorded)
    {
        var message = new HttpRequestMessage(new(recorded.GetProperty("method").GetString()!), recorded.GetProperty("target").GetString());
        var text = recorded.TryGetProperty("bodyText", out var body) ? body.GetString() : null;
        if (!string.IsNullOrEmpty(text)) message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        foreach (var header in recorded.GetProperty("headers").EnumerateArray())
        {
            var (name, value) = (header[0].GetString()!, header[1].GetString()!);
            if (name is "Host" or "Content-Length") continue;
            if (name == "Transfer-Encoding") message.Headers.TransferEncodingChunked = true;
            else if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Hosting", "vectors", name);

    private static Vector Read(string path)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return new(Path.GetFileNameWithoutExtension(path), document.RootElement.Clone());
    }
}
