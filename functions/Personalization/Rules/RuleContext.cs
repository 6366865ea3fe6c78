using Personalization.Consent;
using Personalization.Decisions;

namespace Personalization.Rules;

/// <summary>What the conditions of rules ask of a request. A channel or device of 0 is unknown, and no condition on it holds.</summary>
public readonly ref struct RuleContext
{
    public DecisionEngine Engine { get; init; }

    public Region Region { get; init; }

    /// <summary>Keys of the person's segments, by <see cref="CompiledRules.SegmentKey"/>.</summary>
    public ReadOnlySpan<ulong> Segments { get; init; }

    /// <summary>By <see cref="CompiledRules.KeyOf(ReadOnlySpan{byte})"/>.</summary>
    public ulong Channel { get; init; }

    /// <summary>By <see cref="CompiledRules.KeyOf(ReadOnlySpan{byte})"/>.</summary>
    public ulong Device { get; init; }

    public DateTimeOffset Now { get; init; }
}
