using System.Text.Json.Serialization;
using Personalization.Identity.Graph;

namespace Personalization.Identity.Merging;

/// <summary>
/// What is to be done to who is who, by the name of the merge or case it is about. Whom it is about is looked up where it is
/// done, so that nobody who only hands this on knows.
/// </summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Of the merge or the case.</param>
/// <param name="Reason">Why, as a word of a few letters; a sentence could say something of a person.</param>
public sealed record PersonChange(PersonChangeKind Kind, string Name, string Reason);

[JsonConverter(typeof(JsonStringEnumConverter<PersonChangeKind>))]
public enum PersonChangeKind
{
    Merge = 1,
    Unmerge,

    /// <summary>The case is answered: they are two.</summary>
    KeepApart,

    /// <summary>The case is answered: they are one.</summary>
    JoinAnyway,
}

/// <summary>What came of it.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Reasons">Why it was refused.</param>
/// <param name="Case">The case that has to be answered first.</param>
public sealed record ChangeOutcome(ChangeStatus Status, IReadOnlyList<MergeRefusal> Reasons, string? Case)
{
    public static ChangeOutcome Of(ChangeStatus status, params IReadOnlyList<MergeRefusal> reasons) => new(status, reasons, null);
}

[JsonConverter(typeof(JsonStringEnumConverter<ChangeStatus>))]
public enum ChangeStatus
{
    Done = 1,
    Refused,

    /// <summary>There is no such merge or case, or no more.</summary>
    Unknown,

    /// <summary>Something else was being done to one of the two all the time.</summary>
    Busy,

    /// <summary>A log has no more room.</summary>
    Full,
}
