using Personalization.Decisions;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Rules;

namespace Personalization.Experiments;

/// <summary>Who asks for a decision, as far as experiments are concerned.</summary>
public readonly ref struct AssignmentRequest
{
    /// <summary>Who is served; for somebody nobody knows, a number drawn for this request.</summary>
    public required Subject Subject { get; init; }

    /// <summary>Whether it may be noted what they see: they are known, and what they were shown may be kept.</summary>
    public bool Kept { get; init; }

    /// <summary>All subjects that may be taken for one person with them; without any, they are alone.</summary>
    public ReadOnlySpan<Subject> Members { get; init; }

    /// <summary>What all of these have seen, by <see cref="ExposureBook.Read(IReadOnlyList{Subject}, CancellationToken)"/>; null where that cannot be read now.</summary>
    public required Exposures? Seen { get; init; }

    public required DecisionEngine Engine { get; init; }

    /// <summary>By <see cref="CompiledRules.KeyOf(ReadOnlySpan{byte})"/>; 0 where it is not known.</summary>
    public ulong Channel { get; init; }

    public required DateTimeOffset Now { get; init; }
}
