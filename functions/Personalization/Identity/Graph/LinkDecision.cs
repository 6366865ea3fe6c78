namespace Personalization.Identity.Graph;

/// <summary>An identifier was seen with a subject.</summary>
/// <param name="Subject">With whom.</param>
/// <param name="Link">The number that stands for the identifier; it stays the same over epochs of salts, or a person would contradict themselves.</param>
/// <param name="Owner">Whose it is by now; null where it is new.</param>
/// <param name="Blocked">Whether the identifier is one that many send, such as <c>null</c>.</param>
/// <param name="Evidence">Where it was seen, and whether they had signed in.</param>
public sealed record LinkAsk(Subject Subject, ulong Link, Subject? Owner, bool Blocked, Evidence Evidence)
{
    /// <summary>Everybody in whose log the decision has to be.</summary>
    public IReadOnlyList<Subject> Sides => Owner is { } owner && owner != Subject ? [Subject, owner] : [Subject];
}

/// <summary>What becomes of an identifier that was seen with a subject; one of the cases below.</summary>
/// <param name="Events">To be stored in the logs of both sides, whatever the case.</param>
public abstract record LinkDecision(IReadOnlyList<IdentityEvent> Events)
{
    /// <summary>It was known.</summary>
    public sealed record Known() : LinkDecision([]);

    /// <summary>It is noted, and joins nobody: it is new, or proves too little.</summary>
    public sealed record Noted(IReadOnlyList<IdentityEvent> Events) : LinkDecision(Events);

    /// <summary>Two subjects are one person from here on.</summary>
    public sealed record Joined(Merged Merge, IReadOnlyList<IdentityEvent> Events) : LinkDecision(Events);

    /// <summary>A person has to look at it, or has done so and said no; until then nothing is joined.</summary>
    /// <param name="Case">The question; as it was first asked where it was asked before.</param>
    /// <param name="Events">Empty where it was.</param>
    public sealed record Held(Quarantined Case, IReadOnlyList<IdentityEvent> Events) : LinkDecision(Events);

    /// <summary>A book that would have to hold it is full: nothing is joined. Somebody should look at the subject.</summary>
    public sealed record Full() : LinkDecision([]);
}
