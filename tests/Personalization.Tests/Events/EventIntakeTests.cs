using System.Text;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Events;

public sealed class EventIntakeTests
{
    [Fact]
    public async Task Nothing_a_person_could_be_known_by_is_published()
    {
        await using var sending = new Sending();
        var result = await sending.One("""
            {"id":"PLANTED-id","type":"search","user":"PLANTED-user","visitor":"PLANTED-visitor","session":"PLANTED-session","query":"PLANTED query","decision":"PLANTED-decision",
             "item":"PLANTED-item","context":{"device":"PLANTED-device","channel":"PLANTED-channel"},"consent":{"personalization":true,"sensitive":true},"PLANTED":"PLANTED"}
            """);
        Assert.Equal("accepted", result.Status);
        var record = Assert.Single(sending.Records());
        var body = Encoding.UTF8.GetString(record.Body.Span);
        Assert.DoesNotContain("PLANTED", record.Key + body + Encoding.Latin1.GetString(Convert.FromBase64String(body)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_one_person_share_a_partition_in_the_order_they_came()
    {
        await using var sending = new Sending();
        await sending.Send($"[{string.Join(',', Enumerable.Range(0, 50).Select(i => Sending.View($"e{i}", item: $"i{i}")))}]");
        Assert.Single(Enumerable.Range(0, 8), p => sending.Storage.Stream.Bounds(StreamedEvent.Hub, p).Next > 0);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => ItemKey.Of($"i{i}").Value), sending.Streamed().Select(e => e.Items.Span[0]));
    }

    [Fact]
    public async Task The_user_is_who_it_is_about_where_a_visitor_is_given_too()
    {
        await using var sending = new Sending();
        Assert.Equal(sending.People.Of("u", null), sending.People.Of("u", "v"));
        Assert.NotEqual(sending.People.Of("x", null), sending.People.Of(null, "x"));
    }

    [Fact]
    public async Task A_resend_is_told_it_is_one_within_a_request_and_across_requests()
    {
        await using var sending = new Sending();
        Assert.Equal(["accepted", "duplicate", "accepted"], (await sending.Send($"[{Sending.View("a")},{Sending.View("a")},{Sending.View("a", visitor: "other")}]")).Select(r => r.Status));
        Assert.Equal(["duplicate", "accepted"], (await sending.Send($"[{Sending.View("a")},{Sending.View("b")}]")).Select(r => r.Status));
        Assert.Equal(3, sending.Streamed().Count);
    }

    [Fact]
    public async Task What_the_stream_did_not_take_is_no_duplicate_when_it_comes_again()
    {
        await using var sending = new Sending(partitions: 1, backlog: 1);
        Assert.Equal("accepted", (await sending.One(Sending.View("a"))).Status);
        Assert.StartsWith("busy", (await sending.One(Sending.View("b"))).Reason, StringComparison.Ordinal);
        Assert.NotNull(sending.RetryAfter);
        Assert.StartsWith("busy", (await sending.One(Sending.View("b"))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_stream_is_told_to_the_sender_and_what_fitted_is_accepted()
    {
        await using var sending = new Sending(partitions: 2, backlog: 10);
        for (var i = 0; i < 40; i++) await sending.One(Sending.View($"e{i}", visitor: $"v{i}"));
        var results = await sending.Send($"[{string.Join(',', Enumerable.Range(0, 40).Select(i => Sending.View($"f{i}", visitor: $"v{i}")))}]");
        Assert.NotNull(sending.RetryAfter);
        Assert.All(results, r => Assert.Equal(("rejected", true), (r.Status, r.Reason!.StartsWith("busy", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_stream_that_cannot_be_reached_is_no_busy_one()
    {
        // It may have taken the event; "nothing was taken" would be a promise nobody can keep.
        await using var sending = new Sending(stream: new Refusing(Status.Unavailable));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => sending.Send(Sending.View("a")));
    }

    [Fact]
    public async Task Events_too_large_together_are_refused_one_by_one_and_not_to_be_sent_again_as_they_are()
    {
        await using var sending = new Sending(stream: new Refusing(Status.TooLarge));
        Assert.StartsWith("too large", (await sending.One(Sending.View("a"))).Reason, StringComparison.Ordinal);
        Assert.Null(sending.RetryAfter);
    }

    [Fact]
    public async Task As_many_requests_are_worked_on_at_once_as_may_be_and_no_more()
    {
        await using var sending = new Sending(options: new(TimeSpan.FromMinutes(5), TimeSpan.FromDays(7), 10, MaxAtOnce: 2));
        var (one, two) = (sending.Intake.Start(), sending.Intake.Start());
        Assert.Null(sending.Intake.Start());
        sending.Intake.Finish(one!, settled: true);
        Assert.NotNull(sending.Intake.Start());
        sending.Intake.Finish(two!, settled: false);
    }

    [Fact]
    public async Task In_a_steady_state_an_event_is_read_judged_and_pseudonymised_without_allocating()
    {
        await using var sending = new Sending();
        // A person known by a profile costs no look into the ledger.
        for (var i = 0; i < 7; i++) await new ProfileConsent(sending.Storage.Documents, sending.Clock).Write(sending.People.Of(null, $"v{i}"), ConsentState.None, Purposes.None, default);
        // A request may cost something, an event in it nothing: twice as many cost the same.
        var (few, many) = (Body(100), Body(200));
        _ = (Judge(few), Judge(many));
        Assert.Equal(Judge(few), Judge(many));

        byte[] Body(int events) => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, events).Select(i =>
            Sending.View($"e{i}", visitor: $"v{i % 7}", more: ""","context":{"region":"DE"},"session":"s" """))));

        long Judge(byte[] body)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var batch = sending.Intake.Start()!;
            Assert.True(EventBody.Read(batch.Events, body, EventFormat.Lines, 1000));
            var judging = sending.Intake.Judge(batch, default);
            Assert.True(judging.IsCompletedSuccessfully);
            judging.GetAwaiter().GetResult();
            Assert.Equal(VerdictKind.Accepted, batch.Events[99].Verdict.Kind);
            sending.Intake.Finish(batch, settled: true);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private sealed class Refusing(Status status) : IStream
    {
        public int Partitions => 1;

        public ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop) => new(Outcome.Failed<bool>(status));
    }
}
