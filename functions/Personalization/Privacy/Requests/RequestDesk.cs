using System.Security.Cryptography;
using System.Text;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Privacy.Requests;

/// <summary>
/// Takes requests and what people say to them. A request is stored before its workflow is woken, and what it says is what holds:
/// a workflow that was not woken, or woken twice, does the same as soon as it looks.
/// </summary>
/// <param name="book">The requests.</param>
/// <param name="people">Who an identifier stands for.</param>
/// <param name="options">What is asked for first.</param>
/// <param name="time">The clock.</param>
/// <param name="wake">Begins the workflow of a request where there is none; where it is also to look, tells it to.</param>
public sealed class RequestDesk(RequestBook book, People people, PrivacyOptions options, TimeProvider time, Func<PrivacyRequest, bool, CancellationToken, ValueTask> wake)
{
    private const int TokenBytes = 32;

    public async ValueTask<RequestTaken> Take(RequestAsk ask, CancellationToken stop)
    {
        var epoch = (await people.Fresh(stop)).Current;
        var (token, challenge) = NewChallenge();
        var wanted = New(ask, epoch, await Subjects(ask, stop), challenge);
        var (request, isNew) = await book.Add(wanted, stop);
        if (!isNew && !await IsSame(request, ask, stop)) return new(TakenAs.Other, request, null);
        var changed = false;
        if (!isNew && request.State == RequestState.Unverified)
        {
            // Whoever asks again may never have seen the first answer, and nobody can read its token back.
            var answer = await book.Tell(request.Handle, ask.Vouched ? new RequestCommand.Vouch() : new RequestCommand.Challenge(challenge), stop);
            if (ask.Vouched || answer?.Decision is not RequestDecision.Changed) token = null;
            request = answer?.Request ?? request;
            changed = ask.Vouched && answer?.Decision is RequestDecision.Changed;
        }
        else if (request.State != RequestState.Unverified) token = null;

        // Only what changed has to be looked at: a history must not grow with how often somebody asks.
        if (request.IsOpen) await wake(request, isNew || changed, stop);
        return new(isNew ? TakenAs.New : TakenAs.Known, request, token);
    }

    public ValueTask<PrivacyRequest?> Find(string id, CancellationToken stop) => book.Find(PrivacyRequest.HandleOf(id), stop);

    /// <summary>Null where there is no such request.</summary>
    public async ValueTask<RequestAnswer?> Tell(string id, RequestCommand command, CancellationToken stop)
    {
        var answer = await book.Tell(PrivacyRequest.HandleOf(id), command, stop);
        // Where it was so before, whoever said it then may have died before there was a workflow; one that sleeps is woken by the keeper.
        if (answer is { Decision: not RequestDecision.Refused } && (answer.Request.IsOpen || answer.Decision is RequestDecision.Changed)) await wake(answer.Request, answer.Decision is RequestDecision.Changed, stop);
        return answer;
    }

    public static RequestCommand Verify(string token) => new RequestCommand.Verify(HashOf(token));

    /// <summary>Requests as staff look through them; a page may be empty although more follow.</summary>
    public async ValueTask<Page<PrivacyRequest>> List(RequestState? state, bool overdue, string? next, int max, CancellationToken stop)
    {
        var (page, now) = (await book.Page(next, max, stop), time.GetUtcNow());
        return new([.. page.Items.Where(r => (state is null || r.State == state) && (!overdue || r.IsOverdue(now)))], page.Next);
    }

    internal static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private async ValueTask<IReadOnlyList<string>> Subjects(RequestAsk ask, CancellationToken stop)
    {
        var subjects = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var shown in ask.People) subjects.Add((await people.Named(shown, stop)).ToString());
        return [.. subjects];
    }

    private PrivacyRequest New(RequestAsk ask, Epoch epoch, IReadOnlyList<string> subjects, Challenge challenge)
    {
        var (now, verify, approve) = (time.GetUtcNow(), !ask.Vouched && options.Verify.Contains(ask.Type), options.Approve.Contains(ask.Type));
        return new()
        {
            Id = ask.Id, Type = ask.Type, Regulation = ask.Regulation, ReceivedAt = now, Deadline = (ask.SubmittedAt is { } at && at < now ? at : now) + options.DeadlineOf(ask.Regulation),
            State = verify ? RequestState.Unverified : approve ? RequestState.Unapproved : RequestState.Pending,
            NeedsApproval = approve, Challenge = verify ? challenge : null, Meaning = ask.Meaning(epoch), Epoch = epoch.Number, OldWay = ask.OldWay, Subjects = subjects, Named = subjects.Count,
            StandIns = [.. ask.People.Select(p => epoch.StandIn(p.Id!).ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], Callbacks = ask.Callbacks,
        };
    }

    // Once the person or the salt is gone nothing is left to compare. To say yes to another than who was meant would tell, with
    // a certificate, that somebody was erased who was not.
    private async ValueTask<bool> IsSame(PrivacyRequest known, RequestAsk ask, CancellationToken stop)
    {
        if (known.Type != ask.Type || known.Regulation != ask.Regulation) return false;
        var epoch = (await people.Fresh(stop)).Live(time.GetUtcNow()).FirstOrDefault(e => e.Number == known.Epoch);
        return known.Meaning is not null && epoch is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known.Meaning), Encoding.ASCII.GetBytes(ask.Meaning(epoch)));
    }

    private (string? Token, Challenge Challenge) NewChallenge()
    {
        var token = RandomNumberGenerator.GetHexString(2 * TokenBytes, lowercase: true);
        return (token, new(HashOf(token), time.GetUtcNow() + options.VerifyWithin, 0));
    }
}

/// <param name="As">What it was taken as.</param>
/// <param name="Request">The request of that id.</param>
/// <param name="Token">What the person has to show, where they have to; it cannot be had again.</param>
public sealed record RequestTaken(TakenAs As, PrivacyRequest Request, string? Token)
{
    // Records print their members; a token is a key.
    public override string ToString() => nameof(RequestTaken);
}

public enum TakenAs
{
    New = 1,

    /// <summary>It was there before.</summary>
    Known,

    /// <summary>There is one of that id, and it asks for something else.</summary>
    Other,
}
