namespace Personalization.Events;

/// <summary>What the gate says of one event.</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>Goes into the stream, without anything its consent does not cover.</summary>
    public sealed record Accepted(EventType Type, DateTimeOffset At, IReadOnlyList<string> Items) : Verdict;

    /// <summary>Well formed, and a policy says no. Nothing of it is kept.</summary>
    public sealed record Dropped(string Reason) : Verdict;

    /// <summary>Not an event we can read; the sender has to change it.</summary>
    public sealed record Rejected(string Field, string Reason) : Verdict;
}
