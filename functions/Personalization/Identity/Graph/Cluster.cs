namespace Personalization.Identity.Graph;

/// <summary>One person as far as is known: the subjects that are they, and what says so.</summary>
/// <param name="Members">In order; never empty.</param>
/// <param name="Links">Their identifiers, those they have no more among them.</param>
/// <param name="Merges">What joined them, in the order it did.</param>
/// <param name="Confidence">How sure the identifiers of each namespace make us, namespaces in order of name.</param>
public sealed record Cluster(
    IReadOnlyList<Subject> Members, IReadOnlyList<HeldLink> Links, IReadOnlyList<Merged> Merges, IReadOnlyList<NamespaceConfidence> Confidence)
{
    /// <summary>The smallest member, by which a cluster is told from others.</summary>
    public Subject First => Members[0];

    public bool Contains(Subject subject) => Members.Contains(subject);
}

/// <summary>An identifier somebody has, or had.</summary>
/// <param name="Subject">Which of the members.</param>
/// <param name="Link">The number that stands for it.</param>
/// <param name="First">What first said so.</param>
/// <param name="Last">What last said so.</param>
/// <param name="AuthenticatedAt">When they first signed in with it; null where nobody ever did.</param>
/// <param name="Ended">When it was theirs no more; null while it is.</param>
/// <param name="Reason">Why it ended.</param>
public sealed record HeldLink(
    Subject Subject, ulong Link, Evidence First, Evidence Last, DateTimeOffset? AuthenticatedAt, DateTimeOffset? Ended, string? Reason)
{
    public string Namespace => First.Namespace;

    public bool Authenticated => AuthenticatedAt is not null;

    public bool Holds => Ended is null;

    /// <summary>Nobody else has it: an identifier of which a person has one, by their own word.</summary>
    public bool Claims(GraphRules rules) => Holds && Authenticated && rules.Of(Namespace).Unique;

    /// <summary>Whether somebody who spoke at a time spoke as this one person.</summary>
    public bool ProvedAt(DateTimeOffset at, GraphRules rules) => AuthenticatedAt <= at && (Ended is null || at < Ended) && rules.Of(Namespace).Unique;
}

/// <param name="Namespace">By name.</param>
/// <param name="Links">How many identifiers of it they have.</param>
/// <param name="Authenticated">Whether they signed in with one.</param>
/// <param name="Confidence">From 0 to 1.</param>
public sealed record NamespaceConfidence(string Namespace, int Links, bool Authenticated, double Confidence)
{
    /// <summary>An identifier somebody typed and nobody proved counts half.</summary>
    public const double Unproven = 0.5;

    /// <summary>How much one identifier says.</summary>
    public static double Of(HeldLink link, GraphRules rules) => rules.Of(link.Namespace).Confidence * (link.Authenticated ? 1 : Unproven);

    /// <summary>
    /// One minus the chance that every identifier misleads, as if they did so independently: 1 − Π(1 − cᵢ). They do not
    /// quite, which is why what is below 1 joins nobody.
    /// </summary>
    internal static IReadOnlyList<NamespaceConfidence> Vector(IEnumerable<HeldLink> links, GraphRules rules) =>
    [
        .. links.Where(l => l.Holds).GroupBy(l => l.Namespace, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new NamespaceConfidence(g.Key, g.Count(), g.Any(l => l.Authenticated), 1 - g.OrderBy(l => l.Link).Aggregate(1.0, (miss, l) => miss * (1 - Of(l, rules))))),
    ];
}

/// <summary>A question that is put before a person.</summary>
public sealed record QuarantineCase(Quarantined Asked, Reviewed? Answered)
{
    public bool IsOpen => Answered is null;
}

/// <summary>One event of the log and what became of it.</summary>
/// <param name="Event">As it was stored.</param>
/// <param name="Outcome">What it did.</param>
/// <param name="Why">Why it did nothing, where it was contested.</param>
public sealed record Step(IdentityEvent Event, StepOutcome Outcome, QuarantineReason? Why = null);

public enum StepOutcome
{
    Done = 1,

    /// <summary>It was so before.</summary>
    AlreadySo,

    /// <summary>It had been undone, or there was nothing to undo.</summary>
    Void,

    /// <summary>What came before it speaks against it; a case for a person.</summary>
    Contested,
}
