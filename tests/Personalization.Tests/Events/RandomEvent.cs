using System.Text.Json.Nodes;

namespace Personalization.Tests.Events;

/// <summary>Events with every field there is, each sometimes left out, null, of another type or out of its bounds.</summary>
internal static class RandomEvent
{
    public static JsonObject Of(Random random, string type, string id, DateTimeOffset now)
    {
        // One in three is as it should be in every field; the others have a few that may be anything.
        var faults = random.Next(3) == 0 ? 0 : 0.06;
        var e = new JsonObject();
        Put("id", () => id);
        Put("type", () => type);
        if (random.Next(2) == 0) Put("time", () => now.AddSeconds(-random.Next(1000)).ToString("O"));
        Put(random.Next(2) == 0 ? "user" : "visitor", () => $"p{random.Next(20)}");
        if (random.Next(2) == 0) Put("session", () => "s");
        Put(random.Next(4) == 0 ? "items" : "item", () => $"i{random.Next(50)}");
        if (e.ContainsKey("items") && random.Next(20) != 0) e["items"] = new JsonArray([.. Enumerable.Range(0, random.Next(5) == 0 ? random.Next(98, 103) : random.Next(4)).Select(i => (JsonNode?)(random.NextDouble() < faults ? Anything() : $"i{i}"))]);
        Put("query", () => random.Next(10) == 0 ? new string('q', random.Next(995, 1006)) : "red boots");
        if (random.Next(2) == 0) Put("value", () => random.Next(10) == 0 ? 1e12 * random.Next(3) : random.Next(-5, 100) + 0.5);
        if (random.Next(2) == 0) Put("currency", () => "EUR");
        if (random.Next(2) == 0) Put("quantity", () => random.Next(1, 5));
        if (random.Next(2) == 0) Put("dwellMs", () => random.Next(100_000));
        if (random.Next(2) == 0) Put("decision", () => "d");
        if (random.Next(2) == 0) Put("context", () => new JsonObject { ["region"] = Pick("DE", "de", "US-CA", "US-", "X", "Bavaria", null), ["device"] = "phone", ["channel"] = Pick("web", "third-party") });
        if (random.Next(4) != 0) Put("consent", () => new JsonObject { ["personalization"] = random.Next(10) != 0, ["sensitive"] = random.Next(2) == 0, ["gpc"] = Anything(), ["unknown"] = Anything() });
        return e;

        void Put(string name, Func<JsonNode> right)
        {
            if (random.NextDouble() >= faults) e[name] = right();
            else if (random.Next(3) != 0) e[name] = name is "time" ? "no time at all" : Anything();
        }

        string? Pick(params string?[] from) => from[random.Next(from.Length)];

        JsonNode? Anything() => random.Next(9) switch
        {
            0 => null,
            1 => random.Next(-3, 3),
            2 => random.NextDouble() * 1e13,
            3 => new string('x', random.Next(2) * random.Next(250, 262)),
            4 => true,
            5 => new JsonArray(),
            6 => new JsonObject { ["a"] = new JsonArray(1, "b", null) },
            7 => "zürich 🛒 \"quoted\"",
            _ => 1.5,
        };
    }
}
