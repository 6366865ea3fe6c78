using Personalization.Identity;
using Personalization.Privacy.Requests;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>What a request may become, tried with everything that can be said to it in every order.</summary>
public sealed class RequestRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Every sequence a seed gives, of everybody who may say something. What it ends as says who said what: nobody's request is
    /// cancelled or denied but by a person or the time, and none fails but by a workflow that had no attempts left.
    /// </summary>
    [Fact]
    public void What_a_request_ends_as_was_somebodys_word_or_its_last_attempt()
    {
        var ends = new HashSet<RequestState>();
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var (now, r) = (Start, New(random));
            var accepted = new List<RequestCommand>();
            for (var step = 0; step < 25; step++)
            {
                now = now.AddHours(random.Next(60));
                var command = Any(random, now);
                var before = r;
                var decision = RequestRules.Decide(r, command, now);
                if (decision is RequestDecision.Changed changed)
                {
                    accepted.Add(command);
                    r = changed.Request;
                }
                else if (decision is RequestDecision.Refused { Noted: { } noted }) Assert.Equal(before.State, (r = noted).State);

                Check(before, r, accepted, now);
            }

            ends.Add(r.State);
        }

        Assert.Equal(Enum.GetValues<RequestState>().Length, ends.Count);
    }

    [Fact]
    public void What_is_done_twice_is_done_once()
    {
        var begun = After(New(), new RequestCommand.Begin(["a"]));
        Assert.IsType<RequestDecision.Same>(RequestRules.Decide(begun, new RequestCommand.Begin(["a"]), Start));
        Assert.Equal(["a", "b"], After(begun, new RequestCommand.Begin(["b", "a"])).Subjects);
        var done = After(begun, new RequestCommand.Complete(0, null));
        Assert.IsType<RequestDecision.Same>(RequestRules.Decide(done, new RequestCommand.Complete(0, null), Start));
        var counted = After(begun, new RequestCommand.Count([new("profiles", "documents", "deleted", 7)], null));
        Assert.Equal(7, After(counted, new RequestCommand.Count([new("profiles", "documents", "deleted", 0)], null)).Found!.Single().Count);
    }

    [Fact]
    public void Whoever_is_joined_later_is_counted_later_and_everybody_once()
    {
        var begun = After(After(New(), new RequestCommand.Begin(["a", "b"])), Count(0, 2, 7));
        var joined = After(After(begun, new RequestCommand.Begin(["c"])), Count(2, 3, 1));
        foreach (var again in new[] { Count(0, 2, 5), Count(2, 3, 5), Count(0, 3, 5) })
            Assert.Equal((8, 3), (After(joined, again).Found!.Single().Count, After(joined, again).Counted));
        // Of whom it is about no more, nobody else is taken for.
        Assert.Equal(2, After(joined, new RequestCommand.Forget("a")).Counted);

        static RequestCommand.Count Count(int from, int to, long found) => new([new("profiles", "documents", "deleted", found)], null) { From = from, To = to };
    }

    [Fact]
    public void What_comes_after_the_end_changes_nothing()
    {
        foreach (var end in new[] { RequestState.Completed, RequestState.Cancelled, RequestState.Denied })
            for (var seed = 0; seed < 200; seed++)
            {
                var r = New() with { State = end };
                Assert.Equal(end, RequestRules.Decide(r, Any(new(seed), Start), Start) is RequestDecision.Changed c ? c.Request.State : end);
            }
    }

    [Fact]
    public void After_five_wrong_tokens_the_right_one_is_not_taken_either()
    {
        var r = New() with { State = RequestState.Unverified, Challenge = new("right", Start.AddDays(1), 0) };
        for (var miss = 0; miss < Challenge.MaxMisses; miss++)
        {
            var refused = Assert.IsType<RequestDecision.Refused>(RequestRules.Decide(r, new RequestCommand.Verify("wrong"), Start));
            Assert.Equal(RequestRefusal.WrongToken, refused.Why);
            r = refused.Noted!;
        }

        Assert.Equal(RequestRefusal.TooLate, Assert.IsType<RequestDecision.Refused>(RequestRules.Decide(r, new RequestCommand.Verify("right"), Start)).Why);
    }

    [Theory]
    [InlineData(RequestState.InProgress), InlineData(RequestState.Failed)]
    public void What_has_begun_is_not_taken_back(RequestState state) =>
        Assert.Equal(RequestRefusal.Begun, Assert.IsType<RequestDecision.Refused>(RequestRules.Decide(New() with { State = state, BegunAt = Start }, new RequestCommand.Cancel(), Start)).Why);

    [Fact]
    public void What_was_begun_once_is_not_taken_back_when_it_is_tried_again()
    {
        var begun = After(New(), new RequestCommand.Begin(["a"]));
        var again = After(After(begun, new RequestCommand.Fail("deletion")), new RequestCommand.Retry());
        Assert.Equal(RequestState.Pending, again.State);
        Assert.Equal(RequestRefusal.Begun, Assert.IsType<RequestDecision.Refused>(RequestRules.Decide(again, new RequestCommand.Cancel(), Start)).Why);
    }

    [Fact]
    public void Only_who_has_the_token_is_told_more_than_that_it_is_wrong()
    {
        foreach (var state in Enum.GetValues<RequestState>())
            foreach (var (misses, until) in new[] { (0, Start.AddDays(1)), (Challenge.MaxMisses, Start.AddDays(1)), (0, Start) })
            {
                var r = New() with { State = state, Challenge = new("right", until, misses) };
                Assert.Equal(RequestRefusal.WrongToken, Assert.IsType<RequestDecision.Refused>(RequestRules.Decide(r, new RequestCommand.Verify("wrong"), Start)).Why);
            }
    }

    private static void Check(PrivacyRequest before, PrivacyRequest now, List<RequestCommand> accepted, DateTimeOffset at)
    {
        if (before.IsOver) Assert.Equal(before.State, now.State);
        if (now.State == RequestState.Cancelled) Assert.Contains(accepted, c => c is RequestCommand.Cancel);
        if (now.State == RequestState.Denied) Assert.Contains(accepted, c => c is RequestCommand.Deny or RequestCommand.TimePasses);
        if (now.State == RequestState.Failed) Assert.IsType<RequestCommand.Fail>(accepted.Last(c => c is RequestCommand.Fail or RequestCommand.Retry));
        if (now.State == RequestState.Completed) Assert.Contains(accepted, c => c is RequestCommand.Begin);
        if (now.State == RequestState.InProgress) Assert.Contains(accepted, c => c is RequestCommand.Begin);
        if (before.State == RequestState.Unverified && (now.State is RequestState.Unapproved or RequestState.Pending)) Assert.Contains(accepted, c => c is RequestCommand.Verify { Hash: "right" });
        if (now is { NeedsApproval: true, State: RequestState.Pending or RequestState.InProgress or RequestState.Completed }) Assert.Contains(accepted, c => c is RequestCommand.Approve);
        // Whom it held it names until they are let go; nobody is added to them.
        if (before.IsOver) Assert.Subset(before.Subjects.ToHashSet(), now.Subjects.ToHashSet());
        if (now is { IsOver: true, IsUnsettled: false, Export: null }) Assert.Empty(now.Subjects);
        if (now.HistoryGone) Assert.True(now.IsOver);
        if (now.IsOver) Assert.True((now.Meaning is null || now.Export is not null) && now.EndedAt <= at);
    }

    private static RequestCommand Any(Random random, DateTimeOffset now) => random.Next(18) switch
    {
        0 => new RequestCommand.Verify("wrong"),
        1 or 2 => new RequestCommand.Verify("right"),
        3 or 4 => new RequestCommand.Approve(),
        5 when random.Next(4) == 0 => new RequestCommand.Deny("other"),
        6 when random.Next(4) == 0 => new RequestCommand.Cancel(),
        7 => new RequestCommand.Retry(),
        8 => new RequestCommand.TimePasses(),
        9 => new RequestCommand.Begin(["a", random.Next(2) == 0 ? "b" : "c"]),
        10 => new RequestCommand.Complete(1, random.Next(2) == 0 ? now.AddDays(7) : null),
        11 => new RequestCommand.Fail("deletion"),
        12 => new RequestCommand.Forget("a"),
        13 => new RequestCommand.Give("link", now.AddHours(1)),
        14 => random.Next(2) == 0 ? new RequestCommand.Take("link") : new RequestCommand.Drop(),
        15 => new RequestCommand.Settle(),
        16 => new RequestCommand.Name(["m"]),
        17 => new RequestCommand.Purged(["m"], Own: true),
        _ => new RequestCommand.Proceed(RequestPhase.Waiting, now),
    };

    private static PrivacyRequest New() => new()
    {
        Id = "r", Type = RequestType.Erasure, Regulation = Regulation.Gdpr, ReceivedAt = Start, Deadline = Start.AddDays(30), Meaning = "m", Subjects = ["a"],
        State = RequestState.Pending, Callbacks = ["https://shop.example/"],
    };

    private static PrivacyRequest New(Random random)
    {
        var (verify, approve) = (random.Next(2) == 0, random.Next(2) == 0);
        return New() with
        {
            State = verify ? RequestState.Unverified : approve ? RequestState.Unapproved : RequestState.Pending, NeedsApproval = approve,
            Challenge = verify ? new("right", Start.AddDays(7), 0) : null,
        };
    }

    private static PrivacyRequest After(PrivacyRequest r, RequestCommand command) => Assert.IsType<RequestDecision.Changed>(RequestRules.Decide(r, command, Start)).Request;
}
