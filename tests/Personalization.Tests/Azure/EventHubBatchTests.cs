using System.Collections.Concurrent;
using System.Net;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

/// <summary>How publications become requests, and what is promised about them.</summary>
public sealed class EventHubBatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Store hub = Declared.Stream();
    private readonly FakeEventHubs service = new();

    private EventHubOptions Options { get; } = new() { Namespace = FakeEventHubs.Namespace, KeyName = FakeEventHubs.KeyName, Key = FakeEventHubs.Key, Deadline = Limit };

    [Fact]
    public async Task A_large_publication_is_split_and_nothing_is_cut_or_left_out()
    {
        var records = Enumerable.Range(0, 60).Select(n => new StreamRecord($"s{n}", Declared.Noise(n * 1_700, n))).ToArray();
        await using var stream = Open(Options with { RequestBytes = 256 * 1024 });
        Assert.True((await stream.Publish(hub, 0, records, default)).Ok);
        var taken = service.Of(hub.Name, 0);
        Assert.Equal(records.Select(r => r.Key), taken.Select(t => t.Subject));
        Assert.All(records.Zip(taken), pair => Assert.True(pair.First.Body.Span.SequenceEqual(pair.Second.Body)));
        Assert.All(service.RequestBytes, bytes => Assert.InRange(bytes, 1, 256 * 1024));
        Assert.InRange(service.Requests.Count, 2, 40);
    }

    [Fact]
    public void Batches_are_as_full_as_the_limit_allows_and_never_fuller()
    {
        var record = EventHubRecord.From(new("s", Declared.Utf8(new string('x', 100))));
        var fits = 1 + (3 * (record.Json.Length + 1));
        Assert.Equal([3, 3, 1], EventHubRequest.Split(Enumerable.Repeat(record, 7), fits).Select(r => r.Records.Count));
        Assert.Equal([2, 2, 2, 1], EventHubRequest.Split(Enumerable.Repeat(record, 7), fits - 1).Select(r => r.Records.Count));
        Assert.All(EventHubRequest.Split(Enumerable.Repeat(record, 2), record.Json.Length + 1), r => Assert.True(r.Raw));
    }

    [Fact]
    public async Task When_a_later_part_fails_the_answer_is_unavailable_and_the_resend_carries_the_same_event_ids()
    {
        var records = Enumerable.Range(0, 4).Select(n => new StreamRecord($"s{n}", Declared.Noise(60_000, n))).ToArray();
        service.Trouble.Enqueue(_ => Task.FromResult<HttpResponseMessage?>(null));
        service.ThenSay(HttpStatusCode.TooManyRequests, ("Retry-After", "1"));
        await using var stream = Open(Options with { RequestBytes = 180_000, Attempts = 1 });
        Assert.Equal(Status.Unavailable, (await stream.Publish(hub, 0, records, default)).Status);
        Assert.Equal(2, service.Of(hub.Name, 0).Count);
        Assert.True((await stream.Publish(hub, 0, records, default)).Ok);
        var taken = service.Of(hub.Name, 0);
        Assert.Equal((6, 4), (taken.Count, taken.Select(t => t.EventId).Distinct().Count()));
    }

    [Fact(Timeout = 30_000)]
    public async Task Publications_that_wait_behind_a_request_go_out_together()
    {
        var (reached, release) = Hold();
        await using var stream = Open(Options);
        var first = stream.Publish(hub, 0, [Record("first")], default).AsTask();
        await reached;
        var rest = Enumerable.Range(0, 50).Select(n => stream.Publish(hub, 0, [Record($"{n}")], default).AsTask()).ToArray();
        release.SetResult();
        Assert.All(await Task.WhenAll([first, .. rest]), o => Assert.True(o.Ok));
        Assert.Equal(2, service.Requests.Count);
        Assert.Equal(["first", .. Enumerable.Range(0, 50).Select(n => $"{n}")], service.Of(hub.Name, 0).Select(t => Declared.Text(t.Body)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_buffer_throttles_takes_nothing_of_what_it_refuses_and_loses_nothing_it_took()
    {
        var (reached, release) = Hold();
        await using var stream = Open(Options with { BacklogBytes = 1024 * 1024 });
        var first = stream.Publish(hub, 0, [Record("first")], default).AsTask();
        await reached;
        var waiting = Enumerable.Range(0, 12).Select(n => stream.Publish(hub, 0, [new("s", Declared.Utf8($"{n}" + new string('x', 200_000)))], default).AsTask()).ToArray();
        var refused = waiting.Where(w => w.IsCompleted).ToArray();
        Assert.Equal(7, refused.Length);
        Assert.All(refused, r => Assert.True(r.Result is { Status: Status.Throttled, RetryAfter.Ticks: > 0 }));
        Assert.True((await stream.Publish(hub, 1, [Record("another partition")], default)).Ok);
        release.SetResult();
        var outcomes = await Task.WhenAll([first, .. waiting]);
        Assert.Equal(outcomes.Count(o => o.Ok), service.Of(hub.Name, 0).Count);
    }

    [Fact]
    public async Task Whatever_happens_on_the_way_what_was_acknowledged_is_there_and_what_was_throttled_is_not()
    {
        var chance = new Random(20260105);
        for (var n = 0; n < 300; n++) service.Trouble.Enqueue(Misfortune(chance.Next(5)));
        await using var stream = Open(Options with { Attempts = 2 });
        var outcomes = new ConcurrentDictionary<string, Outcome<bool>>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, stop) =>
            outcomes[$"{n}"] = await stream.Publish(hub, n % 2, [Record($"{n}")], stop));
        var taken = service.Of(hub.Name, 0).Concat(service.Of(hub.Name, 1)).Select(t => Declared.Text(t.Body)).ToHashSet();
        Assert.Subset(taken, outcomes.Where(o => o.Value.Ok).Select(o => o.Key).ToHashSet());
        Assert.DoesNotContain(outcomes, o => o.Value.Status == Status.Throttled && taken.Contains(o.Key));
        Assert.Equal(3, outcomes.Select(o => o.Value.Status).Distinct().Count());
    }

    private Func<CancellationToken, Task<HttpResponseMessage?>> Misfortune(int kind) => _ => kind switch
    {
        0 or 1 => Task.FromResult<HttpResponseMessage?>(Wire.Say(HttpStatusCode.TooManyRequests, ("Retry-After", "1"))),
        2 => Task.FromResult<HttpResponseMessage?>(Wire.Say(HttpStatusCode.BadGateway)),
        3 => throw new HttpRequestException("the connection broke"),
        _ => Task.FromResult<HttpResponseMessage?>(null),
    };

    private (Task Reached, TaskCompletionSource Release) Hold()
    {
        var (reached, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        service.Trouble.Enqueue(async _ =>
        {
            reached.SetResult();
            await release.Task;
            return null;
        });
        return (reached.Task, release);
    }

    private static StreamRecord Record(string body) => new("subject", Declared.Utf8(body));

    private EventHubPublisher Open(EventHubOptions options) => new(new([hub]), options, new NoIdentity(), new HastyClock(Limit), service.Wire.Transport);
}
