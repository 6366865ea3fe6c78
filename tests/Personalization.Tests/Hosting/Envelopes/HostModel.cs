using System.Globalization;
using System.Text.Json;

namespace Personalization.Tests.Hosting.Envelopes;

internal enum HostVerdict { Accepted, Failed, Hangs }

/// <summary>What the host does with an answer, in few lines; held against every recorded case before it judges ours.</summary>
internal static class HostModel
{
    public static (HostVerdict Verdict, int? ClientStatus) Judge(IReadOnlyList<string> outputs, int status, string? contentType, string? body)
    {
        if (status == 204 || (status == 200 && string.IsNullOrEmpty(body) && contentType is not null)) return (HostVerdict.Hangs, null);
        if (status is < 200 or > 299) return (HostVerdict.Failed, null);
        if (contentType?.Split(';')[0].Trim() is not ("application/json" or "text/json")) return (HostVerdict.Failed, null);
        if (body?.Trim() == "null") return (HostVerdict.Hangs, null);
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } answer) return (HostVerdict.Failed, null);
        return Http(answer, outputs);
    }

    private static (HostVerdict, int?) Http(JsonElement answer, IReadOnlyList<string> outputs)
    {
        if (outputs.FirstOrDefault(o => o.StartsWith("http:", StringComparison.Ordinal)) is not { } http) return (HostVerdict.Accepted, null);
        var name = http[5..];
        var returned = Member(answer, "ReturnValue");
        if (name == "$return") return returned is { ValueKind: JsonValueKind.Object } r ? (HostVerdict.Accepted, Status(r)) : (HostVerdict.Accepted, 200);
        var given = Member(answer, "Outputs") is { ValueKind: JsonValueKind.Object } o ? o : returned is { ValueKind: JsonValueKind.Object } v ? v : default;
        if (given.ValueKind != JsonValueKind.Object || given.GetPropertyCount() == 0) return (HostVerdict.Accepted, 204);
        if (!given.TryGetProperty(name, out var response)) return (HostVerdict.Accepted, 200);
        if (response.ValueKind != JsonValueKind.Object) return (HostVerdict.Failed, null);
        var badHeader = Member(response, "headers") is { ValueKind: JsonValueKind.Object } h && h.EnumerateObject().Any(p => p.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Null);
        return badHeader ? (HostVerdict.Failed, null) : (HostVerdict.Accepted, Status(response));
    }

    private static int Status(JsonElement response) =>
        Member(response, "statusCode") is { } s && int.TryParse(s.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 200;

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.EnumerateObject().Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(p => (JsonElement?)p.Value).FirstOrDefault();

    private static JsonElement? Parse(string? text)
    {
        try { return JsonElement.Parse(text ?? ""); }
        catch (JsonException) { return null; }
    }
}
