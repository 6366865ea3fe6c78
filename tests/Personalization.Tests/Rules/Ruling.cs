using Personalization.Decisions;
using System.Text;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Rules;

namespace Personalization.Tests.Rules;

/// <summary>Rules as a marketer would write them, and what they are asked.</summary>
internal static class Ruling
{
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static RuleSet Set(params string[] rules) =>
        System.Text.Json.JsonSerializer.Deserialize(Encoding.UTF8.GetBytes($$"""{"rules":[{{string.Join(',', rules)}}]}"""), Stored.Default.RuleSet)!;

    public static CompiledRules Compiled(params string[] rules)
    {
        var set = Set(rules);
        Assert.Null(RuleCheck.Fault(set));
        return CompiledRules.Of(set, 7);
    }

    public static string Boost(string id, string when = "{}", string items = """{"ids":["a"]}""", string more = "") => $$"""{"id":"{{id}}","kind":"boost","by":0.5,"when":{{when}},"items":{{items}}{{more}}}""";

    public static string Rule(string id, string kind, string items, string more = "") => $$"""{"id":"{{id}}","kind":"{{kind}}","items":{{items}}{{more}}}""";

    public static RuleContext Context(string? region = null, string[]? segments = null, string? channel = null, string? device = null, DecisionEngine engine = DecisionEngine.Homepage, DateTimeOffset? now = null) => new()
    {
        Engine = engine, Region = Region.TryParse(region, out var parsed) ? parsed : Region.Unknown, Segments = (segments ?? []).Select(CompiledRules.SegmentKey).ToArray(),
        Channel = channel is null ? 0 : CompiledRules.KeyOf(channel), Device = device is null ? 0 : CompiledRules.KeyOf(device), Now = now ?? Now,
    };

    public static IReadOnlyList<string> Holding(this CompiledRules rules, in RuleContext context)
    {
        Span<ushort> active = stackalloc ushort[CompiledRules.MaxActive];
        var ids = new List<string>();
        foreach (var ordinal in active[..rules.Active(context, active)]) ids.Add(rules[ordinal].Id);
        return ids;
    }

    /// <summary>Whether the only rule speaks of an item.</summary>
    public static bool SpeaksOf(this CompiledRules rules, Item item) => rules.Matches(DescribedItem.Of(item), [0]) == 1;
}
