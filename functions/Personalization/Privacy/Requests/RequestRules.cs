using System.Security.Cryptography;
using System.Text;

namespace Personalization.Privacy.Requests;

/// <summary>
/// What a request may become. Two things hold whatever happens: it ends cancelled only because somebody cancelled it, and it
/// fails only because its workflow had no attempts left. The order of the lines is the policy.
/// </summary>
public static class RequestRules
{
    /// <summary>Why staff may refuse a request.</summary>
    public static readonly IReadOnlyList<string> Reasons = ["not-verified", "suspected-fraud", "not-entitled", "excessive", "legal-hold", "other"];

    public static RequestDecision Decide(PrivacyRequest r, RequestCommand command, DateTimeOffset now) => command switch
    {
        RequestCommand.Forget forget => Forgotten(r, forget.Subject),
        RequestCommand.Settle => r.IsUnsettled ? Changed((r.Export is null ? Nameless(r) : r) with { Callbacks = [] }) : Same,
        RequestCommand.Purged gone => Changed(r with { Merges = [.. r.Merges.Except(gone.Merges, StringComparer.Ordinal)], HistoryGone = r.HistoryGone || (gone.Own && r.IsOver) }),
        RequestCommand.Release => r is { IsOver: true, Export: null } && r.Mentioned.Any() ? Changed(Nameless(r)) : Same,
        RequestCommand.Give or RequestCommand.Take or RequestCommand.Drop => Exported(r, command, now),
        RequestCommand.Verify verify => Verified(r, verify.Hash, now),
        _ when r.IsOver => Repeats(r, command) ? Same : Refused(RequestRefusal.Over),
        RequestCommand.Challenge challenge => r.State == RequestState.Unverified ? Changed(r with { Challenge = challenge.New }) : Refused(RequestRefusal.NotNow),
        RequestCommand.Vouch => r.State == RequestState.Unverified ? Changed(Shown(r)) : Refused(RequestRefusal.NotNow),
        RequestCommand.Approve => Approved(r),
        RequestCommand.Retry => r.State == RequestState.Failed ? Changed(r with { State = RequestState.Pending, Reason = null, Retries = r.Retries + 1 }) : Refused(RequestRefusal.NotNow),
        RequestCommand.TimePasses => r is { State: RequestState.Unverified, Challenge: { } c } && now >= c.Until ? Changed(Ended(r, RequestState.Denied, Reasons[0], now)) : Same,
        RequestCommand.Cancel => HasBegun(r) ? Refused(RequestRefusal.Begun) : Changed(Ended(r, RequestState.Cancelled, null, now)),
        RequestCommand.Deny deny => HasBegun(r) ? Refused(RequestRefusal.Begun) : Changed(Ended(r, RequestState.Denied, deny.Reason, now)),
        RequestCommand.Begin begin => Begun(r, begin.Subjects, now),
        RequestCommand.Fail fail => r.State is RequestState.Pending or RequestState.InProgress && r.Retries == fail.Try ? Changed(r with { State = RequestState.Failed, Reason = fail.Step, Phase = null, WaitsUntil = null }) : Refused(RequestRefusal.NotNow),
        _ when r.State != RequestState.InProgress => Refused(RequestRefusal.NotNow),
        RequestCommand.Proceed step => Changed(r with { Phase = step.Phase, WaitsUntil = step.WaitsUntil, ExcludedBy = step.ExcludedBy ?? r.ExcludedBy }),
        RequestCommand.Name name => name.Merges.Except(r.Merges, StringComparer.Ordinal).Any() ? Changed(r with { Merges = [.. r.Merges.Union(name.Merges, StringComparer.Ordinal)] }) : Same,
        RequestCommand.Count count => Changed(Counted(r, count)),
        RequestCommand.Complete { ExportUntil: { } until } done => Changed(r with { State = RequestState.Completed, EndedAt = now, Phase = null, Results = done.Results, Export = new(until, null, null) }),
        RequestCommand.Complete done => Changed(Ended(r, RequestState.Completed, null, now) with { Results = done.Results, Found = null, Kept = null }),
        _ => Refused(RequestRefusal.NotNow),
    };

    // Whoever asks for what it has come to anyway is told that it is so.
    private static bool Repeats(PrivacyRequest r, RequestCommand command) => (command, r.State) switch
    {
        (RequestCommand.Cancel, RequestState.Cancelled) or (RequestCommand.Deny, RequestState.Denied) or (RequestCommand.Complete, RequestState.Completed) or (RequestCommand.TimePasses, _) => true,
        _ => false,
    };

    // Only who has the token learns more than that it is wrong: else whoever guesses ids would be told which there are.
    private static RequestDecision Verified(PrivacyRequest r, string hash, DateTimeOffset now) => r.Challenge switch
    {
        null => Refused(RequestRefusal.WrongToken),
        { } c when !Equal(c.Hash, hash) => new RequestDecision.Refused(RequestRefusal.WrongToken, r.State == RequestState.Unverified && c.Misses < Challenge.MaxMisses ? r with { Challenge = c with { Misses = c.Misses + 1 } } : null),
        _ when r.IsOver => Refused(RequestRefusal.Over),
        _ when r.State != RequestState.Unverified => Refused(RequestRefusal.NotNow),
        { } c when now >= c.Until || c.Misses >= Challenge.MaxMisses => Refused(RequestRefusal.TooLate),
        _ => Changed(Shown(r)),
    };

    private static PrivacyRequest Shown(PrivacyRequest r) => r with { State = r.NeedsApproval ? RequestState.Unapproved : RequestState.Pending };

    // Also where it failed since, or is tried again: what was deleted does not come back.
    private static bool HasBegun(PrivacyRequest r) => r.State == RequestState.InProgress || r.BegunAt is not null;

    private static RequestDecision Approved(PrivacyRequest r) => r switch
    {
        { State: RequestState.Unapproved } => Changed(r with { State = RequestState.Pending }),
        { NeedsApproval: true, State: not RequestState.Unverified } => Same,
        _ => Refused(RequestRefusal.NotNow),
    };

    // What is under way may come to be about more people: those who were joined to them meanwhile.
    private static RequestDecision Begun(PrivacyRequest r, IReadOnlyList<string> subjects, DateTimeOffset now)
    {
        var joined = r with { Subjects = [.. r.Subjects, .. subjects.Except(r.Subjects, StringComparer.Ordinal)] };
        return r.State switch
        {
            RequestState.Pending => Changed(joined with { State = RequestState.InProgress, Phase = RequestPhase.Held, BegunAt = r.BegunAt ?? now }),
            RequestState.InProgress => joined.Subjects.Count == r.Subjects.Count ? Same : Changed(joined),
            _ => Refused(RequestRefusal.NotNow),
        };
    }

    // People are counted once each, and in their order.
    private static PrivacyRequest Counted(PrivacyRequest r, RequestCommand.Count count)
    {
        r = r with { Kept = r.Kept ?? count.Kept };
        if (count.Found is not { } found || (r.Found is not null && (count.From != r.Counted || count.To <= r.Counted))) return r;
        return r with { Found = [.. (r.Found ?? []).Concat(found).GroupBy(f => (f.Store, f.Kind)).Select(g => g.First() with { Count = g.Sum(f => f.Count) })], Counted = count.To };
    }

    // Without one of the people it is about, an export cannot be opened any more.
    private static RequestDecision Forgotten(PrivacyRequest r, string subject)
    {
        if (!r.Mentioned.Contains(subject)) return Same;
        var left = r with { StandIns = [.. r.StandIns.Where(s => s != subject)] };
        // By this identifier somebody else is known by now, about whom it is.
        if (!r.Subjects.Contains(subject)) return Changed(left);
        left = left with { Subjects = [.. r.Subjects.Where(s => s != subject)], Named = r.Subjects.Take(r.Named).Count(s => s != subject), Counted = r.Subjects.Take(r.Counted).Count(s => s != subject), Meaning = null };
        return Changed(left.Subjects.Count == 0 || r.State == RequestState.Completed ? Nameless(left) with { Export = null } : left);
    }

    private static PrivacyRequest Nameless(PrivacyRequest r) => r with { Subjects = [], Named = 0, StandIns = [], Meaning = null };

    private static RequestDecision Exported(PrivacyRequest r, RequestCommand command, DateTimeOffset now) => (command, r.Export) switch
    {
        (RequestCommand.Drop, not null) => Changed(Nameless(r) with { Export = null }),
        (RequestCommand.Drop, null) => Same,
        (_, null) => Refused(RequestRefusal.NoExport),
        (_, { } e) when now >= e.Until => Refused(RequestRefusal.NoExport),
        (RequestCommand.Give give, { } e) => Changed(r with { Export = e with { Link = give.LinkHash, LinkUntil = give.Until < e.Until ? give.Until : e.Until } }),
        (RequestCommand.Take take, { Link: { } link, LinkUntil: { } until } e) when now < until && Equal(link, take.LinkHash) => Changed(r with { Export = e with { Link = null, LinkUntil = null } }),
        _ => Refused(RequestRefusal.NoExport),
    };

    private static PrivacyRequest Ended(PrivacyRequest r, RequestState state, string? reason, DateTimeOffset now) =>
        r with { State = state, Reason = reason, EndedAt = now, Phase = null, WaitsUntil = null, Meaning = null };

    // In the same time however much of it is right.
    private static bool Equal(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    private static RequestDecision.Same Same { get; } = new();

    private static RequestDecision.Changed Changed(PrivacyRequest request) => new(request);

    private static RequestDecision.Refused Refused(RequestRefusal why) => new(why);
}
