using System.Text.Json.Serialization;

namespace Personalization.Identity.Graph;

/// <summary>
/// Something that happened to what is known of who is who. There are these six and no other; the graph is a fold over them.
/// Nothing in them is an identifier: a subject is random, and a link is a random number that stands for an identifier.
/// </summary>
/// <param name="At">When; events are folded in this order, wherever and whenever they came in.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Linked), "linked")]
[JsonDerivedType(typeof(Unlinked), "unlinked")]
[JsonDerivedType(typeof(Merged), "merged")]
[JsonDerivedType(typeof(Unmerged), "unmerged")]
[JsonDerivedType(typeof(Quarantined), "quarantined")]
[JsonDerivedType(typeof(Reviewed), "reviewed")]
public abstract record IdentityEvent(DateTimeOffset At);

/// <summary>An identifier was seen to be somebody's.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Whose.</param>
/// <param name="Link">The number that stands for the identifier, the same wherever that is seen.</param>
/// <param name="Evidence">Why.</param>
public sealed record Linked(DateTimeOffset At, [property: JsonConverter(typeof(SubjectText))] Subject Subject, ulong Link, Evidence Evidence) : IdentityEvent(At);

/// <summary>An identifier is somebody's no more. That it was is kept.</summary>
public sealed record Unlinked(DateTimeOffset At, [property: JsonConverter(typeof(SubjectText))] Subject Subject, ulong Link, string Reason) : IdentityEvent(At);

/// <summary>Two subjects are one person from here on.</summary>
/// <param name="At">When.</param>
/// <param name="Merge">The name of this merge, by which it is undone.</param>
/// <param name="From">One of them; the order says who asked and changes nothing.</param>
/// <param name="Into">The other.</param>
/// <param name="Evidence">Why.</param>
public sealed record Merged(
    DateTimeOffset At, string Merge, [property: JsonConverter(typeof(SubjectText))] Subject From, [property: JsonConverter(typeof(SubjectText))] Subject Into, Evidence Evidence) : IdentityEvent(At);

/// <summary>A merge is undone, for good: who is to be merged again is merged under another name.</summary>
public sealed record Unmerged(DateTimeOffset At, string Merge, string Reason) : IdentityEvent(At);

/// <summary>A link or merge was asked for that could make two people one. It is put before a person, and until then not done.</summary>
/// <param name="At">When.</param>
/// <param name="Case">The name of the case: the same question has the same name.</param>
/// <param name="From">Whom the identifier was seen with.</param>
/// <param name="Into">Whose it is; the same as <paramref name="From"/> where the question is about one subject alone.</param>
/// <param name="Why">What speaks against it.</param>
/// <param name="Namespace">The kind of identifier of which both have one of their own, where that is why.</param>
/// <param name="Evidence">What speaks for it.</param>
public sealed record Quarantined(
    DateTimeOffset At, string Case, [property: JsonConverter(typeof(SubjectText))] Subject From, [property: JsonConverter(typeof(SubjectText))] Subject Into,
    QuarantineReason Why, string? Namespace, Evidence Evidence) : IdentityEvent(At);

/// <summary>A person has looked at a case.</summary>
public sealed record Reviewed(DateTimeOffset At, string Case, ReviewVerdict Verdict, string Reason) : IdentityEvent(At);

/// <summary>Why two subjects were not taken for one person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuarantineReason>))]
public enum QuarantineReason
{
    /// <summary>Each has an identifier of its own in a namespace in which a person has one.</summary>
    UniqueConflict = 1,

    /// <summary>The person would consist of more subjects than anybody plausibly does.</summary>
    TooMany,

    /// <summary>The identifier is one that many send, such as a placeholder.</summary>
    BlockedIdentifier,

    /// <summary>They were merged before, and somebody undid it.</summary>
    WasUnmerged,

    /// <summary>Somebody looked at it and said that they are two.</summary>
    SaidApart,

    /// <summary>So many others were refused for this subject that it is a place where people meet, such as a kiosk.</summary>
    Crowd,
}

/// <summary>What somebody said of a case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReviewVerdict>))]
public enum ReviewVerdict
{
    /// <summary>They are two people.</summary>
    Apart = 1,

    /// <summary>They are one, whatever spoke against it.</summary>
    Together,
}
