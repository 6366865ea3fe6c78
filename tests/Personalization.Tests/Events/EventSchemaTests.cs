using System.Security.Cryptography;
using Personalization.Events;

namespace Personalization.Tests.Events;

public sealed class EventSchemaTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "schemas");

    /// <summary>
    /// The digest of every schema ever published. One that changes would break senders who rely on it: publish the change
    /// as a new version beside it (raise <see cref="EventSchema.Version"/>) and add its digests here.
    /// </summary>
    private static readonly Dictionary<string, string> Published = File.ReadAllLines(Path.Combine(Folder, "published.sha256"))
        .Select(l => l.Split("  ")).ToDictionary(l => l[1], l => l[0], StringComparer.Ordinal);

    public static TheoryData<string> Types => [.. EventTypes.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_published_schema_is_what_the_code_takes(string type)
    {
        var rule = EventTypes.Find(type).Rule();
        Assert.Equal(EventSchema.Of(rule), File.ReadAllText(Path.Combine(Folder, EventSchema.FileName(rule))));
    }

    [Fact]
    public void What_was_published_does_not_change()
    {
        var there = Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Published.Keys.Order(StringComparer.Ordinal), there);
        Assert.All(Published, p => Assert.Equal(p.Value, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, p.Key))))));
    }

    /// <summary>The schema and the reader, written apart, agree on random events, most of them with something wrong.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public async Task The_reader_rejects_exactly_what_the_schema_does_not_allow(string type)
    {
        await using var sending = new Sending();
        var file = Path.Combine(Folder, EventSchema.FileName(EventTypes.Find(type).Rule()));
        var random = new Random(type.Length + type[0]);
        var events = Enumerable.Range(0, 10_000).Select(i => RandomEvent.Of(random, type, $"e{i}", sending.Clock.GetUtcNow()).ToJsonString()).ToList();
        var allows = (await Node.Run("schema.js", [file], string.Join('\n', events))).Split('\n');
        var results = new List<Result>();
        foreach (var chunk in events.Chunk(1000)) results.AddRange(await sending.Send("[" + string.Join(',', chunk) + "]"));
        var (allowed, refused) = (allows.Count(a => a == "1"), allows.Count(a => a == "0"));
        for (var i = 0; i < events.Count; i++)
            Assert.True((allows[i] == "1") == (results[i].Status != "rejected"), $"schema {allows[i]}, reader {results[i]}: {events[i]}");
        Assert.True(allowed > 500 && refused > 500, $"{allowed} allowed, {refused} refused");
    }
}
