using System.Text.Json;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>A shop with people in it, and the calls a frontend makes for them.</summary>
internal static class DecisionWorld
{
    private const string Consent = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true}""";

    public static readonly IReadOnlyList<string> Calls = ["recommendations", "search", "homepage"];

    public static async Task Stock(this PrivacyWorld world, int items = 40) => await world.Call(
        "PUT", "catalog/items", $"[{string.Join(',', Enumerable.Range(0, items).Select(i => $$"""{"id":"item-{{i:d2}}","category":"{{(i % 4) switch { 0 => "shoes", 1 => "hats", 2 => "tents", _ => "bags" }}}","brand":"b{{i % 7}}"}"""))}]", 200);

    /// <summary>Somebody looks at all shoes there are, some of them twice.</summary>
    public static async Task LikesShoes(this PrivacyWorld world, string visitor)
    {
        await world.Call("POST", "events", $"[{string.Join(',', Enumerable.Range(0, 6).Select(i => Sending.View($"{visitor}-{i}", visitor, $"item-{(i % 3) * 4:d2}", Consent)))}]", 202);
        await world.Apply();
    }

    public static Task<JsonElement> Decide(this PrivacyWorld world, string engine, string visitor, string channel = "web") => world.Call("POST", $"decisions/{engine}", Body(engine, visitor, channel), 200);

    /// <summary>Every item of an answer, in order.</summary>
    public static IReadOnlyList<string> Items(JsonElement answer) => answer.TryGetProperty("items", out var items)
        ? [.. items.EnumerateArray().Select(i => i.GetProperty("id").GetString()!)]
        : [.. answer.GetProperty("slots").EnumerateArray().SelectMany(s => s.GetProperty("items").EnumerateArray()).Select(i => i.GetProperty("id").GetString()!)];

    public static string? Fallback(JsonElement answer) => answer.TryGetProperty("fallbackReason", out var reason) ? reason.GetString() : null;

    private static string Body(string engine, string visitor, string channel) => $$"""
        {"visitor":"{{visitor}}","context":{"channel":"{{channel}}","region":"DE"}{{engine switch
        {
            "search" => ",\"query\":\"tents\",\"candidates\":[" + string.Join(',', Enumerable.Range(0, 20).Select(i => $$"""{"id":"item-{{i:d2}}","relevance":{{20 - i}}}""")) + "]",
            "homepage" => ",\"slots\":[{\"name\":\"hero\",\"count\":2},{\"name\":\"for-you\"},{\"name\":\"category-1\"}]",
            _ => "",
        }}}}
        """;
}
