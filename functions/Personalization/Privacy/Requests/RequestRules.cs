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
        RequestCommand.Settle => r.IsUnsettled ? Changed(r with { Callbacks = [], Subjects = r.Export is null ? [] : r.Subjects }) : Same,
        RequestCommand.Give or RequestCommand.Take or RequestCommand.Drop => Exported(r, command, now),
        _ when r.IsOver => Repeats(r, command) ? Same : Refused(RequestRefusal.Over),
        RequestCommand.Challenge challenge => r.State == RequestState.Unverified ? Changed(r with { Challenge = challenge.New }) : Refused(RequestRefusal.NotNow),
        RequestCommand.Verify verify => Verified(r, verify.Hash, now),
        RequestCommand.Approve => Approved(r),
        RequestCommand.Retry => r.State == RequestState.Failed ? Changed(r with { State = RequestState.Pending, Reason = null, Retries = r.Retries + 1 }) : Refused(RequestRefusal.NotNow),
        RequestCommand.TimePasses => r is { State: RequestState.Unverified, Challenge: { } c } && now >= c.Until ? Changed(Ended(r, RequestState.Denied, Reasons[0], now)) : Same,
        RequestCommand.Cancel => r.State is RequestState.InProgress or RequestState.Failed ? Refused(RequestRefusal.Begun) : Changed(Ended(r, RequestState.Cancelled, null, now)),
        RequestCommand.Deny deny => r.State is RequestState.InProgress or RequestState.Failed ? Refused(RequestRefusal.Begun) : Changed(Ended(r, RequestState.Denied, deny.Reason, now)),
        RequestCommand.Begin begin => Begun(r, begin.Subjects, now),
        RequestCommand.Fail fail => r.State is RequestState.Pending or RequestState.InProgress ? Changed(r with { State = RequestState.Failed, Reason = fail.Step, Phase = null, WaitsUntil = null }) : Refused(RequestRefusal.NotNow),
        _ when r.State != RequestState.InProgress => Refused(RequestRefusal.NotNow),
        RequestCommand.Proceed step => Changed(r with { Phase = step.Phase, WaitsUntil = step.WaitsUntil, ExcludedBy = step.ExcludedBy ?? r.ExcludedBy }),
        RequestCommand.Count count => Changed(Counted(r, count)),
        RequestCommand.Complete { ExportUntil: { } until } done => Changed(r with { State = RequestState.Completed, EndedAt = now, Phase = null, Meaning = null, Results = done.Results, Export = new(until, null, null) }),
        RequestCommand.Complete done => Changed(Ended(r, RequestState.Completed, null, now) with { Results = done.Results, Subjects = [], Found = null, Kept = null }),
        _ => Refused(RequestRefusal.NotNow),
    };

    // Whoever asks for what it has come to anyway is told that it is so.
    private static bool Repeats(PrivacyRequest r, RequestCommand command) => (command, r.State) switch
    {
        (RequestCommand.Cancel, RequestState.Cancelled) or (RequestCommand.Deny, RequestState.Denied) or (RequestCommand.Complete, RequestState.Completed) or (RequestCommand.TimePasses, _) => true,
        _ => false,
    };

    private static RequestDecision Verified(PrivacyRequest r, string hash, DateTimeOffset now) => r switch
    {
        { State: not RequestState.Unverified } or { Challenge: null } => Refused(RequestRefusal.NotNow),
        { Challenge: { } c } when now >= c.Until || c.Misses >= Challenge.MaxMisses => Refused(RequestRefusal.TooLate),
        { Challenge: { } c } when !Equal(c.Hash, hash) => new RequestDecision.Refused(RequestRefusal.WrongToken, r with { Challenge = c with { Misses = c.Misses + 1 } }),
        _ => Changed(r with { Challenge = null, State = r.NeedsApproval ? RequestState.Unapproved : RequestState.Pending }),
    };

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
        if (!r.Subjects.Contains(subject)) return Same;
        var left = r with { Subjects = [.. r.Subjects.Where(s => s != subject)], Counted = r.Subjects.Take(r.Counted).Count(s => s != subject), Meaning = null };
        return Changed(r.State == RequestState.Completed ? left with { Subjects = [], Export = null } : left);
    }

    private static RequestDecision Exported(PrivacyRequest r, RequestCommand command, DateTimeOffset now) => (command, r.Export) switch
    {
        (RequestCommand.Drop, not null) => Changed(r with { Export = null, Subjects = [] }),
        (RequestCommand.Drop, null) => Same,
        (_, null) => Refused(RequestRefusal.NoExport),
        (_, { } e) when now >= e.Until => Refused(RequestRefusal.NoExport),
        (RequestCommand.Give give, { } e) => Changed(r with { Export = e with { Link = give.LinkHash, LinkUntil = give.Until < e.Until ? give.Until : e.Until } }),
        (RequestCommand.Take take, { Link: { } link, LinkUntil: { } until } e) when now < until && Equal(link, take.LinkHash) => Changed(r with { Export = e with { Link = null, LinkUntil = null } }),
        _ => Refused(RequestRefusal.NoExport),
    };

    private static PrivacyRequest Ended(PrivacyRequest r, RequestState state, string? reason, DateTimeOffset now) =>
        r with { State = state, Reason = reason, EndedAt = now, Phase = null, WaitsUntil = null, Challenge = null, Meaning = null };

    // In the same time however much of it is right.
    private static bool Equal(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    private static RequestDecision.Same Same { get; } = new();

    private static RequestDecision.Changed Changed(PrivacyRequest request) => new(request);

    private static RequestDecision.Refused Refused(RequestRefusal why) => new(why);
}
