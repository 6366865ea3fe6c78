using System.Text.Json;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Messages;

/// <summary>What marketers and frontends say about messages, in few words.</summary>
internal static class MessageCalls
{
    public const string Capped = ""","caps":[{"count":3,"per":"day"}]""";

    public static Task Publish(this PrivacyWorld world, params string[] campaigns) => world.PublishSet(Campaigning.All("", campaigns));

    public static Task PublishSet(this PrivacyWorld world, string set) => world.Call("PUT", "campaigns", set, 200);

    public static Task Allow(this PrivacyWorld world, string user, string purposes = "\"marketing\":true", string kind = "user") =>
        world.Call("PUT", "consent", $$"""{"{{kind}}":"{{user}}","purposes":{{{purposes}}},"source":"s","noticeVersion":"1"}""", 200);

    public static Task<JsonElement> Decide(this PrivacyWorld world, string user, string channel = "web", string slots = "\"hero\"", string more = "", string kind = "user") =>
        world.Call("POST", "decisions/messages", $$"""{"{{kind}}":"{{user}}","channel":"{{channel}}","slots":[{{slots}}]{{more}}}""", 200);

    /// <summary>The id of the reservation in the first slot; null where nothing is said there.</summary>
    public static async Task<string?> Shown(this PrivacyWorld world, string user, string channel = "web", string kind = "user") => Reserved(await world.Decide(user, channel, kind: kind));

    public static string? Reserved(JsonElement answer) => answer.GetProperty("slots")[0].GetProperty("message") is { ValueKind: JsonValueKind.Object } message ? message.GetProperty("reservation").GetString() : null;

    public static Task<JsonElement> Confirm(this PrivacyWorld world, string reservation, int expected = 200) => world.Call("POST", "decisions/messages/{reservation}/confirm", null, expected, ("reservation", reservation));

    public static Task<JsonElement> Release(this PrivacyWorld world, string reservation, int expected = 200) => world.Call("POST", "decisions/messages/{reservation}/release", null, expected, ("reservation", reservation));

    public static string Suppressed(JsonElement answer) =>
        string.Join(' ', answer.GetProperty("suppressed").EnumerateArray().Select(s => $"{s.GetProperty("campaign").GetString()}={s.GetProperty("reason").GetString()}"));
}
