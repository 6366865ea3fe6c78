using Personalization.Consent;
using Personalization.Identity;

namespace Personalization.Messages.Deciding;

/// <summary>What a decision about messages knows of somebody.</summary>
/// <param name="Subject">Null for somebody never met, or erased.</param>
/// <param name="Allowed">What may be done for them, by everything all their sides said.</param>
/// <param name="Segments">Keys of what they belong to.</param>
/// <param name="Members">All subjects that are this person; none where nobody is known.</param>
/// <param name="Known">False where that could not be read.</param>
public sealed record MessagePerson(Subject? Subject, Purposes Allowed, ReadOnlyMemory<ulong> Segments, bool Known, IReadOnlyList<Subject> Members)
{
    /// <summary>What they refused, one side for all.</summary>
    public Purposes Denied { get; init; }

    /// <summary>Whether what they belong to could be read; where not, they are in no segment.</summary>
    public bool IsPlaced { get; init; } = true;

    public static readonly MessagePerson Unreadable = new(null, Purposes.None, default, false, []);
}
