using System.Text;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Events;

public sealed class EventIntakeTests
{
    private static readonly EventOptions Options = new(TimeSpan.FromMinutes(5), TimeSpan.FromDays(7), 1000);
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Nothing_a_person_could_be_known_by_is_published()
    {
        await using var storage = InMemory.Storage(clock);
        var streams = storage.Stream;
        var e = Event(1) with { Id = "PLANTED-id", User = "PLANTED-user", Visitor = "PLANTED-visitor", Session = "PLANTED-session", Query = "PLANTED query", Type = "search", Context = new("PLANTED-region", null, null), Decision = "PLANTED-decision" };
        await Intake(streams).Take([new(e)], default);
        var record = Assert.Single(Enumerable.Range(0, 8).SelectMany(p => Now(streams, p)));
        Assert.DoesNotContain("PLANTED", record.Key + Encoding.UTF8.GetString(record.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_one_person_share_a_partition_in_the_order_they_came()
    {
        await using var storage = InMemory.Storage(clock);
        var streams = storage.Stream;
        await Intake(streams).Take([.. Enumerable.Range(0, 50).Select(i => new ReadEvent(Event(7) with { Item = $"i{i}" }))], default);
        var partition = Assert.Single(Enumerable.Range(0, 8), p => Now(streams, p).Count > 0);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => ItemKey.Of($"i{i}").Value), Now(streams, partition).Select(r => StreamedEvent.TryRead(r.Body.Span, new(), out var e) ? e.Items.Span[0] : 0));
    }

    [Fact]
    public void The_user_is_who_it_is_about_where_a_visitor_is_given_too()
    {
        var pseudonyms = Pseudonyms.Fresh();
        Assert.Equal(pseudonyms.Of("u", null), pseudonyms.Of("u", "v"));
        Assert.NotEqual(pseudonyms.Of("x", null), pseudonyms.Of(null, "x"));
        Assert.NotEqual(pseudonyms.Of("x", null), Pseudonyms.Fresh().Of("x", null));
    }

    [Fact]
    public async Task Each_event_gets_its_own_result_in_order()
    {
        await using var storage = InMemory.Storage(clock);
        var answer = await Intake(storage.Stream).Take([new(Event(1)), new(null, "line", "is not valid JSON"), new(Event(2) with { Consent = null }), new(Event(3) with { Type = "?" })], default);
        Assert.Equal(["accepted", "rejected", "dropped", "rejected"], answer.Results.Select(r => r.Status));
        Assert.Equal([null, "line", null, "type"], answer.Results.Select(r => r.Field));
        Assert.Null(answer.RetryAfter);
    }

    [Fact]
    public async Task A_full_stream_is_told_to_the_sender_and_what_fitted_is_accepted()
    {
        await using var storage = InMemory.Storage(clock, partitions: 2, backlog: 10);
        var streams = storage.Stream;
        var events = Enumerable.Range(0, 40).Select(i => new ReadEvent(Event(i))).ToList();
        for (var i = 0; i < 40; i++) await Intake(streams).Take([events[i]], default);
        var answer = await Intake(streams).Take(events, default);
        Assert.NotNull(answer.RetryAfter);
        Assert.All(answer.Results, r => Assert.Equal(("rejected", true), (r.Status, r.Reason!.StartsWith("busy", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_stream_that_cannot_be_reached_is_no_busy_one()
    {
        // It may have taken the event; "nothing was taken" would be a promise nobody can keep.
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Intake(new Refusing(Status.Unavailable)).Take([new(Event(1))], default));
    }

    [Fact]
    public async Task Events_too_large_together_are_refused_one_by_one_and_not_to_be_sent_again_as_they_are()
    {
        var answer = await Intake(new Refusing(Status.TooLarge)).Take([new(Event(1))], default);
        Assert.Null(answer.RetryAfter);
        Assert.StartsWith("too large", Assert.Single(answer.Results).Reason, StringComparison.Ordinal);
    }

    private sealed class Refusing(Status status) : IStream
    {
        public int Partitions => 8;

        public ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop) => new(Outcome.Failed<bool>(status));
    }

    private static IReadOnlyList<DeliveredRecord> Now(EmbeddedStream stream, int partition) => stream.Read(StreamedEvent.Hub, partition, 0, 1000).Records;

    private EventIntake Intake(IStream streams) => new(streams, new(new byte[32]), clock, Options);

    private static IncomingEvent Event(int person) => new() { Id = $"e{person}", Type = "view", Visitor = $"v{person}", Item = "boot", Consent = new() { Personalization = true } };
}
