using System.Net;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

/// <summary>What the publisher does when Event Hubs is slow, busy, broken or has forgotten who we are.</summary>
public sealed class EventHubTroubleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Store hub = Declared.Stream();
    private readonly FakeEventHubs service = new();

    private EventHubOptions Options { get; } = new() { Namespace = FakeEventHubs.Namespace, KeyName = FakeEventHubs.KeyName, Key = FakeEventHubs.Key, Deadline = Limit };

    [Fact]
    public async Task A_throttled_request_waits_as_long_as_it_was_told_and_is_sent_again()
    {
        var clock = new HastyClock(Limit);
        service.ThenSay(HttpStatusCode.TooManyRequests, ("Retry-After", "7"));
        await using var stream = Open(clock);
        Assert.True((await stream.Publish(hub, 0, Records("a"), default)).Ok);
        Assert.Equal([TimeSpan.FromSeconds(7)], clock.Pauses);
        Assert.Single(service.Of(hub.Name, 0));
    }

    [Fact]
    public async Task An_outage_is_tried_again_after_doubling_pauses_and_then_told()
    {
        var clock = new HastyClock(Limit);
        for (var n = 0; n < 4; n++) service.ThenSay(HttpStatusCode.InternalServerError);
        await using var stream = Open(clock);
        Assert.Equal(Status.Unavailable, (await stream.Publish(hub, 0, Records("a"), default)).Status);
        Assert.Equal([100, 200, 400], clock.Pauses.Select(p => p.TotalMilliseconds));
        Assert.Equal(4, service.Requests.Count);
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_told_as_throttled_and_nothing_was_taken()
    {
        for (var n = 0; n < 4; n++) service.ThenSay(HttpStatusCode.ServiceUnavailable, ("Retry-After", "2"));
        await using var stream = Open(new HastyClock(Limit));
        Assert.Equal(Outcome.Throttled<bool>(TimeSpan.FromSeconds(2)), await stream.Publish(hub, 0, Records("a"), default));
        Assert.Empty(service.Of(hub.Name, 0));
    }

    [Fact]
    public async Task A_refusal_after_a_lost_answer_is_not_called_throttled_because_the_first_try_may_have_arrived()
    {
        service.ThenSay(HttpStatusCode.InternalServerError);
        for (var n = 0; n < 3; n++) service.ThenSay(HttpStatusCode.TooManyRequests, ("Retry-After", "1"));
        await using var stream = Open(new HastyClock(Limit));
        Assert.Equal(Status.Unavailable, (await stream.Publish(hub, 0, Records("a"), default)).Status);
    }

    [Fact]
    public async Task A_service_that_wants_to_be_left_alone_for_minutes_is_not_waited_for()
    {
        var clock = new HastyClock(Limit);
        service.ThenSay(HttpStatusCode.TooManyRequests, ("Retry-After", "600"));
        await using var stream = Open(clock);
        Assert.Equal(Outcome.Throttled<bool>(TimeSpan.FromMinutes(10)), await stream.Publish(hub, 0, Records("a"), default));
        Assert.Empty(clock.Pauses);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_slow_answer_is_cut_by_the_deadline()
    {
        var (clock, reached) = (new ManualClock(), Silence());
        await using var stream = Open(clock, Options with { Attempts = 1 });
        var publishing = stream.Publish(hub, 0, Records("a"), default).AsTask();
        await reached;
        clock.Advance(Limit);
        Assert.Equal(Status.Unavailable, (await publishing).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task Stopping_answers_what_still_waits()
    {
        var reached = Silence();
        var stream = Open(new ManualClock());
        var publishing = stream.Publish(hub, 0, Records("a"), default).AsTask();
        await reached;
        var behind = stream.Publish(hub, 0, Records("b"), default).AsTask();
        await stream.DisposeAsync();
        Assert.All(await Task.WhenAll(publishing, behind), o => Assert.Equal(Status.Unavailable, o.Status));
    }

    [Fact]
    public async Task Signatures_are_renewed_before_they_run_out()
    {
        var clock = new ManualClock();
        service.Accepts = authorization => long.Parse(authorization.Split("&se=")[1].Split('&')[0]) > clock.GetUtcNow().ToUnixTimeSeconds();
        await using var stream = Open(clock, Options with { Attempts = 1 });
        for (var n = 0; n < 10; n++)
        {
            Assert.True((await stream.Publish(hub, 0, Records($"{n}"), default)).Ok);
            clock.Advance(TimeSpan.FromMinutes(25));
        }
    }

    [Fact]
    public async Task A_refused_signature_is_made_anew()
    {
        var clock = new HastyClock(Limit);
        service.ThenSay(HttpStatusCode.Unauthorized);
        await using var stream = Open(clock, Options with { Pause = TimeSpan.FromSeconds(2) });
        Assert.True((await stream.Publish(hub, 0, Records("a"), default)).Ok);
        Assert.Equal(2, service.Requests.Select(r => r.Headers.GetValues("Authorization").Single()).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_key_the_applications_identity_signs_in_and_a_token_that_has_run_out_is_replaced()
    {
        var identity = new FakeIdentity(life: TimeSpan.Zero);
        service.Accepts = authorization => authorization == $"Bearer token-{identity.Scopes.Count}";
        await using var stream = new EventHubPublisher(new([hub]), Options with { Key = null, KeyName = null, Attempts = 1 }, identity, new ManualClock(), service.Wire.Transport);
        Assert.True((await stream.Publish(hub, 0, Records("a"), default)).Ok);
        Assert.True((await stream.Publish(hub, 0, Records("b"), default)).Ok);
        Assert.All(identity.Scopes, s => Assert.Equal("https://eventhubs.azure.net/.default", s));
        Assert.Equal(2, identity.Scopes.Count);
    }

    /// <summary>The next request gets no answer; the result is done when it has arrived.</summary>
    private Task Silence()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Trouble.Enqueue(async stop =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return null;
        });
        return reached.Task;
    }

    private EventHubPublisher Open(TimeProvider clock, EventHubOptions? options = null) =>
        new(new([hub]), options ?? Options, new NoIdentity(), clock, service.Wire.Transport);

    private static StreamRecord[] Records(params string[] bodies) => [.. bodies.Select(b => new StreamRecord("subject", Declared.Utf8(b)))];
}
