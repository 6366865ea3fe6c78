using Personalization.Events.Reading;

namespace Personalization.Events;

public enum VerdictKind : byte
{
    /// <summary>Goes into the stream, without anything its consent does not cover.</summary>
    Accepted,

    /// <summary>Was taken before and has its effect already.</summary>
    Duplicate,

    /// <summary>A policy says no; nothing of it is kept.</summary>
    Dropped,

    /// <summary>Not an event as it should be, or the stream did not take it.</summary>
    Rejected,
}

/// <summary>What becomes of one event.</summary>
/// <param name="Kind">That.</param>
/// <param name="Reason">Why, or what was left out of an accepted one; null where there is nothing to say.</param>
/// <param name="Field">Which field a rejected one fails by.</param>
public readonly record struct Verdict(VerdictKind Kind, string? Reason = null, string? Field = null)
{
    public static Verdict Accepted => new(VerdictKind.Accepted);

    public static Verdict Duplicate => new(VerdictKind.Duplicate);

    public static Verdict Dropped(string reason) => new(VerdictKind.Dropped, reason);

    public static Verdict Rejected(Fault fault) => new(VerdictKind.Rejected, fault.Reason, fault.Field);
}
