using Personalization.Identity;
using Personalization.Identity.Graph;

namespace Personalization.Tests.Identity.Graph;

/// <summary>Namespaces, subjects and evidence as tests of the graph need them.</summary>
internal static class Folk
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static readonly GraphRules Rules = new(
    [
        new("user", Unique: true, 1), new("email", Unique: true, 1), new("visitor", Unique: false, 1), new("device", Unique: false, 0.6), new("session", Unique: false, 0.3),
    ]);

    public static Subject Subject(int number) => new(((UInt128)(ulong)(number + 1) << 64) | 0xabc);

    public static Evidence Signed(string space, int minute = 0) => new(space, (ulong)minute + 1, true, Start.AddMinutes(minute));

    public static Evidence Seen(string space, int minute = 0) => new(space, (ulong)minute + 1, false, Start.AddMinutes(minute));

    public static Linked Linked(int subject, ulong link, Evidence evidence) => new(evidence.At, Subject(subject), link, evidence);

    public static Merged Merged(int minute, int from, int into, string? name = null) =>
        new(Start.AddMinutes(minute), name ?? $"m{minute}", Subject(from), Subject(into), Signed("user", minute));

    public static Unmerged Unmerged(int minute, string merge) => new(Start.AddMinutes(minute), merge, "asked for");

    public static IdentityGraph Folded(params IEnumerable<IdentityEvent> events) => IdentityGraph.Of(events, Rules);
}

/// <summary>A world in which people link identifiers one after the other, without a store.</summary>
internal sealed class Meeting
{
    private readonly List<IdentityEvent> events = [];

    public IdentityGraph Now => IdentityGraph.Of(events, Folk.Rules);

    public LinkDecision Take(LinkAsk ask)
    {
        var decision = Linking.Decide(Now, ask);
        events.AddRange(decision.Events);
        events.AddRange(Linking.Unasked(Now));
        return decision;
    }

    /// <summary>Somebody signs in as a user who has a subject of their own, on a browser.</summary>
    public LinkDecision SignIn(int browser, int user, int minute) =>
        Take(new(Folk.Subject(browser), Number(user), Folk.Subject(user), false, Folk.Signed("user", minute)));

    public LinkDecision Own(int user, int minute = 0) => Take(new(Folk.Subject(user), Number(user), null, false, Folk.Signed("user", minute)));

    public LinkDecision Uses(int subject, ulong device, int minute = 0) => Take(new(Folk.Subject(subject), device, null, false, Folk.Seen("device", minute)));

    public void Add(params IEnumerable<IdentityEvent> more) => events.AddRange(more);

    private static ulong Number(int user) => 1000 + (ulong)user;
}
