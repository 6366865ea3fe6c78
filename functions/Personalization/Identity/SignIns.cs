using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;

namespace Personalization.Identity;

/// <summary>
/// What it means that two identifiers are seen together: a browser somebody signed in with becomes theirs or, where it was
/// somebody's already, is put to the graph's rules. What was noted lately is not noted again.
/// </summary>
public sealed class SignIns(People people, Aliases aliases, Linker linker, WholePersons persons, AuditLog audit, TimeProvider time, Meter meter)
{
    private const int Places = 1 << 14;
    private const long HoldsMs = 600_000;

    private readonly Counter<long> links = meter.CreateCounter<long>("personalization.identity.links", description: "Identifiers seen together, by what became of it");
    private readonly Noted?[] noted = new Noted?[Places];

    /// <summary>Whether these two were noted lately.</summary>
    public bool Known(UInt128 user, UInt128 visitor, long now) =>
        Volatile.Read(ref noted[Place(user, visitor)]) is { } there && there.User == user && there.Visitor == visitor && now < there.Until;

    /// <summary>Everybody is noted again: somebody was erased, and these say of nobody who they are.</summary>
    public void Forget() => Array.Clear(noted);

    /// <summary>A user was seen with a visitor, in an event by this key.</summary>
    /// <returns>The token the browser is to use from now on, if it is to use another.</returns>
    public async ValueTask<string?> Note(string user, string visitor, UInt128 userTag, UInt128 visitorTag, ulong source, CancellationToken stop)
    {
        var (signedIn, browser) = (people.Show(user, null), people.Show(null, visitor));
        if (signedIn.Id is null || browser.Id is null) return null;
        var outcome = await Link(signedIn.Id, browser.Id, source, stop);
        var token = await people.Renew(browser, outcome.Holder, source, stop);
        Volatile.Write(ref noted[Place(userTag, visitorTag)], new(userTag, visitorTag, time.GetUtcNow().ToUnixTimeMilliseconds() + HoldsMs));
        return token;
    }

    /// <summary>What two identifiers mean together could not be found out; the next event that shows them asks again.</summary>
    public void Failed() => links.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));

    /// <summary>Somebody was seen with another identifier, and what that means.</summary>
    public async ValueTask<LinkOutcome> Link(Identifier who, Identifier other, ulong source, CancellationToken stop)
    {
        var seen = new Sighting(source, who.Space == Namespaces.User);
        var owner = await aliases.Meet(who, seen, null, stop);
        // An account is somebody of their own, whoever names it.
        var held = await aliases.Meet(other, seen with { SignedIn = seen.SignedIn && other.Space != Namespaces.User }, other.Space == Namespaces.User ? null : owner.Subject, stop);
        var outcome = held.Subject == owner.Subject ? new(LinkStatus.Linked, null) : await Ask(owner, held, other.Space, seen, stop);
        outcome = outcome with { Holder = held.Subject };
        links.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Status.ToString().ToLowerInvariant()));
        return outcome;
    }

    // A browser is put in question by who signed in with it; what is shared by many, such as a device, only makes likely.
    private async ValueTask<LinkOutcome> Ask(Holder owner, Holder held, Namespace space, Sighting seen, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var ask = seen.SignedIn && (space == Namespaces.Visitor || space == Namespaces.Token)
            ? new LinkAsk(held.Subject, owner.Link, owner.Subject, Blocked: false, new(Namespaces.User.Name, seen.Source, Authenticated: true, now))
            : new LinkAsk(owner.Subject, held.Link, held.Subject, Blocked: false, new(space.Name, seen.Source, seen.SignedIn, now));
        string? begun = null;
        var decision = await linker.Link(ask, people.Epochs.Current.Book, null, Tell, stop);
        if (begun is not null) await persons.Settle([owner.Subject, held.Subject], begun, stop);
        // They are one already, and whoever made them so may have got no further.
        else if (decision is LinkDecision.Known or LinkDecision.Noted && ask.Evidence.Authenticated && ask.Evidence.Namespace == Namespaces.User.Name) await persons.Join(owner.Subject, held.Subject, stop);
        return decision switch
        {
            LinkDecision.Joined => new(LinkStatus.Joined, null),
            LinkDecision.Held question => new(LinkStatus.Held, question.Case.Case),
            LinkDecision.Full => new(LinkStatus.Full, null),
            _ => new(LinkStatus.Noted, null),
        };

        async ValueTask Tell(LinkDecision decided, CancellationToken stop)
        {
            await Audited(decided, stop);
            if (decided is not LinkDecision.Joined { Merge: var merge }) return;
            await persons.Begin([merge.From, merge.Into], merge.Merge, Purposes.None, stop);
            begun = merge.Merge;
        }
    }

    // Before it is stored: then there is never a merge nobody was told of.
    private async ValueTask Audited(LinkDecision decision, CancellationToken stop)
    {
        foreach (var fact in Facts(decision)) await audit.Append(fact, stop);
    }

    private static IEnumerable<AuditFact> Facts(LinkDecision decision) => decision switch
    {
        LinkDecision.Joined { Merge: var m } => IdentityFacts.Of(m, m.From, m.Into),
        LinkDecision.Held { Events.Count: > 0, Case: var c } => IdentityFacts.Of(c, c.From, c.Into),
        _ => [],
    };

    private static int Place(UInt128 user, UInt128 visitor) => (int)(((ulong)user ^ (ulong)(visitor >> 7)) & (Places - 1));

    private sealed record Noted(UInt128 User, UInt128 Visitor, long Until);
}

/// <param name="Status">What became of it.</param>
/// <param name="Case">The case somebody has to look at.</param>
public readonly record struct LinkOutcome(LinkStatus Status, string? Case)
{
    /// <summary>Whose the identifier is.</summary>
    public Subject Holder { get; init; }
}

/// <summary>What becomes of an identifier that is seen with a user.</summary>
public enum LinkStatus
{
    /// <summary>It is theirs.</summary>
    Linked,

    /// <summary>It is somebody else's, and that makes it likely, no more, that the two are one.</summary>
    Noted,

    /// <summary>It was somebody else's, and the two are one person from here on.</summary>
    Joined,

    /// <summary>It is somebody else's, and something speaks against their being one.</summary>
    Held,

    /// <summary>Too much is known about one of them already.</summary>
    Full,
}
