using System.Text;
using Personalization.Catalog;
using Personalization.Publishing;

namespace Personalization.Rules;

/// <summary>
/// The rules of a version in their total order: by priority, higher first, then by id. Immutable, and asking allocates
/// nothing: first which rules hold for a request, then for each item which of those speak of it.
/// </summary>
public sealed class CompiledRules
{
    /// <summary>As many rules as a word has bits; those after them in order are passed over.</summary>
    public const int MaxActive = 64;

    public static readonly CompiledRules None = new("none", []);

    public static readonly Artefact<CompiledRules> Artefact = new("rules", None, (version, body) => RuleSet.Read(body) is { } set ? Of(set, version) : null);

    private static readonly KeyedHash Names = new(0x72756c65, 0x6e616d65);
    private static readonly KeyedHash Segments = new(0x72756c65, 0x7365676d);

    private readonly CompiledRule[] rules;

    // What is asked of every rule for every request, side by side.
    private readonly RuleScope[] scopes;

    // When a rule begins or ends to hold, in order.
    private readonly long[] turns;

    private CompiledRules(string version, CompiledRule[] rules)
    {
        (Version, this.rules, scopes) = (version, rules, Array.ConvertAll(rules, r => r.Scope));
        turns = [.. scopes.SelectMany(s => new[] { s.From, s.Until }).Distinct().Order()];
    }

    public string Version { get; }

    public int Count => rules.Length;

    public CompiledRule this[int ordinal] => rules[ordinal];

    /// <summary>Of a set nothing is wrong with.</summary>
    public static CompiledRules Of(RuleSet set, int version) =>
        new($"{version}", [.. set.Rules!.OrderByDescending(r => r.Priority).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => new CompiledRule(r))]);

    /// <summary>What stands for a segment's name.</summary>
    public static ulong SegmentKey(string name) => Key(Segments, name);

    /// <summary>What stands for the name of a slot, channel or device.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> name) => Names.Of(name);

    /// <summary>The same for a text.</summary>
    public static ulong KeyOf(string name) => Key(Names, name);

    /// <summary>Ordinals of the rules whose conditions hold for a request, in order, as many as fit and at most <see cref="MaxActive"/>; says how many.</summary>
    public int Active(in RuleContext context, Span<ushort> into)
    {
        var most = Math.Min(into.Length, MaxActive);
        var now = context.Now.UtcTicks;
        var n = 0;
        for (var i = 0; i < scopes.Length && n < most; i++)
            if (scopes[i].Holds(context, now)) into[n++] = (ushort)i;
        return n;
    }

    /// <summary>Until when, in UTC ticks, time alone lets no rule begin or end to hold.</summary>
    public long SameUntil(DateTimeOffset now)
    {
        var at = Array.BinarySearch(turns, now.UtcTicks);
        at = at < 0 ? ~at : at + 1;
        return at < turns.Length ? turns[at] : long.MaxValue;
    }

    /// <summary>Which of the active rules speak of an item: bit i for <c>active[i]</c>. A pin speaks of its items.</summary>
    public ulong Matches(DescribedItem item, ReadOnlySpan<ushort> active)
    {
        var matches = 0UL;
        for (var i = 0; i < active.Length; i++)
            if (rules[active[i]].Target.SpeaksOf(item)) matches |= 1UL << i;
        return matches;
    }

    /// <summary>The same for an item of which only the id is known: rules that ask for more do not speak of it.</summary>
    public ulong Matches(ItemKey item, ReadOnlySpan<ushort> active)
    {
        var matches = 0UL;
        for (var i = 0; i < active.Length; i++)
            if (rules[active[i]].Target is { ByIdAlone: true } target && target.SpeaksOf(item)) matches |= 1UL << i;
        return matches;
    }

    private static ulong Key(KeyedHash hash, string name)
    {
        var length = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> utf8 = length <= 1024 ? stackalloc byte[length] : new byte[length];
        return hash.Of(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
    }
}
