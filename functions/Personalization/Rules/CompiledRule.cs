using Personalization.Catalog;

namespace Personalization.Rules;

/// <summary>A rule as decisions read it.</summary>
public sealed class CompiledRule
{
    /// <summary>What a promotion adds that does not say how much.</summary>
    public const double Promotion = 0.5;

    internal CompiledRule(Rule rule)
    {
        (Id, Kind, Priority) = (rule.Id!, RuleKinds.Of(rule.Kind)!.Value, rule.Priority);
        (Scope, Target) = (new(rule.When), new(rule.Items));
        By = rule.By ?? (Kind == RuleKind.Promote ? Promotion : 0);
        (Position, Most) = (rule.Position ?? (Kind == RuleKind.Pin ? 1 : 0), rule.Most ?? 0);
        PinnedIds = Kind == RuleKind.Pin ? [.. rule.Items!.Ids!] : [];
        Items = Array.ConvertAll(PinnedIds, ItemKey.Of);
    }

    public string Id { get; }

    public RuleKind Kind { get; }

    public int Priority { get; }

    /// <summary>What a boost or promotion adds; 0 for others.</summary>
    public double By { get; }

    /// <summary>Where the first pinned item stands, from 1; 0 for others than pins.</summary>
    public int Position { get; }

    /// <summary>How many of one category a slot holds; 0 for others than diversify.</summary>
    public int Most { get; }

    /// <summary>The pinned items, in the order of their places.</summary>
    public ItemKey[] Items { get; }

    /// <summary>The slots it is for, by <see cref="CompiledRules.KeyOf(ReadOnlySpan{byte})"/>; none is all.</summary>
    public ulong[] SlotKeys => Scope.Slots;

    internal string[] PinnedIds { get; }

    internal RuleScope Scope { get; }

    internal RuleTarget Target { get; }
}
