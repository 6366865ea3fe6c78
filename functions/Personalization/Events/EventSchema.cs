using System.Text.Json;
using System.Text.Json.Nodes;
using Personalization.Events.Reading;
using Personalization.Identity;

namespace Personalization.Events;

/// <summary>
/// What each type of event looks like on the wire, as JSON Schema: made from the same rules the gate judges by, published
/// under docs/schemas. What a version once allowed stays allowed; a change that would not needs a new version.
/// </summary>
public static class EventSchema
{
    public const int Version = 2;

    public static string FileName(EventRule rule) => $"event.{rule.Name}.v{Version}.json";

    public static string Of(EventRule rule)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"urn:personalization:schema:event:{rule.Name}:{Version}",
            ["title"] = $"Event of type {rule.Name}",
            ["type"] = "object",
            ["required"] = new JsonArray("id", "type"),
        };
        if (AllOf(rule) is { Count: > 0 } all) schema["allOf"] = all;
        schema["properties"] = Properties(rule);
        return schema.ToJsonString(Readable) + "\n";
    }

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonArray AllOf(EventRule rule)
    {
        List<JsonNode> all = [];
        if (rule.Needs.HasFlag(Need.Item)) all.Add(AnyOf("item", "items"));
        if (rule.Needs.HasFlag(Need.Query)) all.Add(new JsonObject { ["required"] = new JsonArray("query"), ["properties"] = new JsonObject { ["query"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 } } });
        return new([.. all]);
    }

    // A field given as null counts as not given, so it is its being a text or list that is asked for.
    private static JsonObject AnyOf(params string[] fields) => new()
    {
        ["anyOf"] = new JsonArray([.. fields.Select(f => (JsonNode)new JsonObject
        {
            ["required"] = new JsonArray(f),
            ["properties"] = new JsonObject { [f] = f == "items" ? new JsonObject { ["type"] = "array", ["minItems"] = 1 } : new JsonObject { ["type"] = "string" } },
        })]),
    };

    private static JsonObject Properties(EventRule rule) => new()
    {
        ["id"] = IdText(optional: false),
        ["type"] = new JsonObject { ["const"] = rule.Name },
        ["time"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["format"] = "date-time", ["pattern"] = Time },
        ["user"] = IdText(), ["visitor"] = IdText(), ["session"] = IdText(), ["decision"] = IdText(), ["item"] = IdText(),
        ["items"] = new JsonObject { ["type"] = new JsonArray("array", "null"), ["maxItems"] = EventOptions.MaxItems, ["items"] = IdText(optional: false) },
        ["query"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["maxLength"] = EventOptions.MaxQuery },
        ["value"] = Number("number", -1e12, 1e12),
        ["currency"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["pattern"] = "^[A-Z]{3}$" },
        ["quantity"] = Number("integer", 1, 1_000_000),
        ["dwellMs"] = Number("integer", 0, 86_400_000),
        ["context"] = Object(("region", new JsonObject { ["type"] = new JsonArray("string", "null"), ["pattern"] = "^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$" }), ("device", Text()), ("channel", Text())),
        ["consent"] = Object([.. Purposes.Select(p => (p, Word())), ("tcf", Text(max: ConsentReader.MaxString)), ("gpp", Text(max: ConsentReader.MaxString)), ("gpc", new JsonObject())]),
    };

    private const string Time = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,16})?)?(Z|[+-][0-9]{2}:[0-9]{2})$";

    private static readonly string[] Purposes = ["personalization", "sensitive", "location", "crossDevice", "training", "marketing", "thirdParty"];

    private static JsonObject IdText(bool optional = true) => new()
    {
        ["type"] = optional ? new JsonArray("string", "null") : "string", ["minLength"] = 1, ["maxLength"] = Identifier.MaxLength,
    };

    private static JsonObject Word() => new() { ["type"] = new JsonArray("boolean", "null") };

    private static JsonObject Text(int? max = null)
    {
        var text = new JsonObject { ["type"] = new JsonArray("string", "null") };
        if (max is not null) text["maxLength"] = max;
        return text;
    }

    private static JsonObject Number(string type, double min, double max) =>
        new() { ["type"] = new JsonArray(type, "null"), ["minimum"] = min, ["maximum"] = max };

    private static JsonObject Object(params (string Name, JsonObject Schema)[] members) => new()
    {
        ["type"] = new JsonArray("object", "null"), ["properties"] = new JsonObject(members.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Schema))),
    };
}
