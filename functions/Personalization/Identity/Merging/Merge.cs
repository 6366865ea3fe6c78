using System.Text.Json.Serialization;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Profiles;

namespace Personalization.Identity.Merging;

/// <summary>Everything of one subject that a merge shows.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="Profile">Its profile as stored; empty where there is none.</param>
/// <param name="Vault">Its vault as stored; empty where there is none.</param>
/// <param name="Consent">What it decided.</param>
/// <param name="Caps">What it was shown.</param>
/// <param name="Exposures">Which variants it saw.</param>
public sealed record MergeSide(Subject Subject, ReadOnlyMemory<byte> Profile, ReadOnlyMemory<byte> Vault, SideConsent Consent, CapCounts Caps, Exposures Exposures);

/// <summary>Two subjects to be made one person.</summary>
public sealed record MergeAsk(Subject From, Subject Into, Evidence Evidence);

/// <summary>Why a merge is not done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MergeRefusal>))]
public enum MergeRefusal
{
    SameSubject = 1,
    AlreadyOne,

    /// <summary>Somebody's documents were not handed over, so nobody can say what would come out.</summary>
    MissingSide,

    ConflictingIdentifiers,
    TooManyMembers,
    SaidApart,

    /// <summary>One of them was erased.</summary>
    Erased,
}

public abstract record MergeDecision
{
    private MergeDecision() { }

    /// <param name="Event">To be stored in the logs of both; nothing else is written.</param>
    /// <param name="Preview">What comes of it.</param>
    public sealed record Ready(Merged Event, PersonPreview Preview) : MergeDecision;

    /// <param name="Reasons">All of them.</param>
    /// <param name="Case">The question for a person, where one can allow it; to be stored with both where it is new.</param>
    /// <param name="IsNew">Whether it is.</param>
    public sealed record Refused(IReadOnlyList<MergeRefusal> Reasons, Quarantined? Case, bool IsNew) : MergeDecision;
}

/// <summary>Decides whether two subjects may be made one person on somebody's word, and shows what comes of it.</summary>
public static class Merge
{
    /// <param name="graph">With all that is known of both.</param>
    /// <param name="ask">Which two, and why.</param>
    /// <param name="sides">Every member of both persons.</param>
    /// <param name="policy">What holds for whoever says nothing.</param>
    /// <param name="now">When.</param>
    public static MergeDecision Decide(IdentityGraph graph, MergeAsk ask, IReadOnlyList<MergeSide> sides, ConsentPolicy policy, DateTimeOffset now)
    {
        if (ask.From == ask.Into) return new MergeDecision.Refused([MergeRefusal.SameSubject], null, false);
        var (from, into) = (graph.ClusterOf(ask.From), graph.ClusterOf(ask.Into));
        if (from.Contains(ask.Into)) return new MergeDecision.Refused([MergeRefusal.AlreadyOne], null, false);
        if (graph.Against(ask.From, ask.Into) is { } why) return Held(graph, ask, why, now);
        List<Subject> members = [.. from.Members.Concat(into.Members).OrderBy(m => m.Key)];
        if (!members.TrueForAll(m => sides.Any(s => s.Subject == m))) return new MergeDecision.Refused([MergeRefusal.MissingSide], null, false);
        var merged = new Merged(now, Linking.MergeName(graph, ask.From, ask.Into), ask.From, ask.Into, ask.Evidence);
        return new MergeDecision.Ready(merged, PersonPreview.Of(ask.Into, members, sides, policy, now));
    }

    private static MergeDecision.Refused Held(IdentityGraph graph, MergeAsk ask, QuarantineReason why, DateTimeOffset now)
    {
        var reason = why switch
        {
            QuarantineReason.TooMany => MergeRefusal.TooManyMembers,
            QuarantineReason.SaidApart => MergeRefusal.SaidApart,
            _ => MergeRefusal.ConflictingIdentifiers,
        };
        var question = Linking.Question(graph, ask.From, ask.Into, why, ask.Evidence) with { At = now };
        var asked = why == QuarantineReason.SaidApart ? Linking.SaidBefore(graph, ask.From, ask.Into) : graph.Case(question.Case)?.Asked;
        return new([reason], asked ?? question, asked is null);
    }
}
