using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Storage;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>The stream over the wire: how far it is, what was put aside, parts of it once more.</summary>
public sealed class StreamFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task How_far_it_is_is_told_partition_by_partition()
    {
        Assert.All(await Partitions(), p => Assert.Equal((0, 0, 0), (p.GetProperty("next").GetInt64(), p.GetProperty("checkpoint").GetInt64(), p.GetProperty("lag").GetInt64())));
        await server.Send([.. Enumerable.Range(0, 200).Select(i => Sending.View($"e{i}", $"v{i}"))]);
        await server.Applied(200);
        List<JsonElement> now;
        do now = await Partitions();
        while (now.Sum(p => p.GetProperty("lag").GetInt64()) > 0);
        Assert.Equal((200, 200, 200), (Sum(now, "next"), Sum(now, "checkpoint"), Sum(now, "applied")));
        Assert.True(now.Sum(p => p.GetProperty("ratePerSecond").GetDouble()) > 0);
        Assert.All(now, p => Assert.Equal(0, p.GetProperty("lagSeconds").GetDouble()));
    }

    [Fact]
    public async Task Letters_come_in_pages_and_each_once()
    {
        await PutAside("3", 7);
        await PutAside("5", 4);
        var (seen, next, pages) = (new List<string>(), "", 0);
        do
        {
            var page = await Letters($"?max=3{next}");
            seen.AddRange(page.GetProperty("letters").EnumerateArray().Select(l => l.GetProperty("id").GetString()!));
            next = page.TryGetProperty("next", out var n) ? "&next=" + Uri.EscapeDataString(n.GetString()!) : "";
            Assert.InRange(page.GetProperty("letters").GetArrayLength(), next.Length == 0 ? 0 : 1, 3);
            pages++;
        }
        while (next.Length > 0);
        Assert.InRange(pages, 4, 6);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"behaviour-3-{i}").Concat(Enumerable.Range(0, 4).Select(i => $"behaviour-5-{i}")), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Letters_of_one_partition_are_listed_alone_and_in_pages()
    {
        await PutAside("3", 7);
        await PutAside("5", 4);
        var first = await Letters("?partition=3&max=5");
        var second = await Letters("?hub=behaviour&partition=3&max=5&next=" + first.GetProperty("next").GetString());
        Assert.Equal((5, 2), (first.GetProperty("letters").GetArrayLength(), second.GetProperty("letters").GetArrayLength()));
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal(Enumerable.Range(0, 7), first.GetProperty("letters").EnumerateArray().Concat(second.GetProperty("letters").EnumerateArray()).Select(l => l.GetProperty("sequence").GetInt32()));
        Assert.Equal(0, (await Letters("?partition=4")).GetProperty("letters").GetArrayLength());
    }

    [Theory]
    [InlineData("?max=0", "max"), InlineData("?max=1001", "max"), InlineData("?max=some", "max"), InlineData("?max=", "max"), InlineData("?hub=behaviour", "partition"), InlineData("?next=garbage", "next"), InlineData("?next=1-2-3", "next"), InlineData("?next=1.2", "next"), InlineData("?next=1.99999999999.", "next")]
    public async Task A_listing_that_cannot_be_is_refused_with_its_field(string query, string field) =>
        Assert.Equal(field, (await server.Call(RunningServer.OperatorKey, "GET", "/stream/deadletters" + query, null, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task A_replay_is_taken_and_can_be_followed_to_its_end()
    {
        await server.Send([.. Enumerable.Range(0, 50).Select(i => Sending.View($"e{i}", $"v{i % 5}"))]);
        await server.Applied(50);
        // A replay goes as far as the checkpoints, which come after what they stand for.
        while ((await Partitions()).Sum(p => p.GetProperty("lag").GetInt64()) > 0) await Task.Yield();
        var started = await Replay("""{"type":"view","visitor":"v3"}""");
        Assert.DoesNotContain("v3", started.GetRawText(), StringComparison.Ordinal);
        JsonElement now;
        do now = await server.Call(RunningServer.OperatorKey, "GET", "/stream/replays/" + started.GetProperty("id").GetString());
        while (now.GetProperty("status").GetString() != "completed");
        Assert.Equal((1, 50, 10), (now.GetProperty("progress").GetDouble(), now.GetProperty("read").GetInt64(), now.GetProperty("delivered").GetInt64()));
        Assert.True(now.GetProperty("finishedAt").GetDateTimeOffset() >= now.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("""{"type":"look"}""", "type"), InlineData("""{"partition":-1}""", "partition"), InlineData("""{"partition":1000}""", "partition"), InlineData("""{"user":""}""", "user"), InlineData("""{"visitor":""}""", "visitor")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""", "to"), InlineData("""{"from":"2026-01-02T00:00:00"}""", "from"), InlineData("""{"from":"yesterday"}""", "from"), InlineData("""{"everything":true}""", "everything")]
    public async Task A_replay_that_cannot_be_is_refused_with_its_field(string body, string field) =>
        Assert.Equal(field, (await server.Call(RunningServer.OperatorKey, "POST", "/stream/replays", body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task A_replay_nobody_started_is_not_found() =>
        Assert.Equal("urn:personalization:problem:no-such-replay", (await server.Call(RunningServer.OperatorKey, "GET", "/stream/replays/none", null, HttpStatusCode.NotFound)).GetProperty("type").GetString());

    [Fact]
    public async Task Operators_may_and_nobody_else()
    {
        foreach (var (method, path, body) in new[] { ("GET", "/stream", null), ("GET", "/stream/deadletters", null), ("POST", "/stream/replays", "{}"), ("GET", "/stream/replays/x", null) })
            Assert.Equal(["operator"], await server.AllowedTo(method, path, body));
    }

    [Fact]
    public async Task Where_a_host_owns_the_stream_replaying_is_its_business()
    {
        await using var state = State.InMemory(Composition.Stores, TimeProvider.System);
        var table = Composition.Build(AppOptions.Read(new([])), state with { Embedded = null }, TimeProvider.System).Table;
        foreach (var name in new[] { "StartReplay", "GetReplay" })
        {
            var http = new DefaultHttpContext { RequestServices = Services(), Request = { ContentType = "application/json", Body = new MemoryStream("{}"u8.ToArray()) } };
            var answer = await ((Trigger.Http)table.Find(name)!.Trigger).Handle(http);
            Assert.Equal((409, "host-owns-stream"), (Assert.IsType<Problem>(answer).Status, ((Problem)answer).Kind));
        }
    }

    private static IServiceProvider Services() => new Given();

    private sealed class Given : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(HttpOptions) ? HttpOptions.Read(new([])) : null;
    }

    private async Task<List<JsonElement>> Partitions() => [.. (await server.Call(RunningServer.OperatorKey, "GET", "/stream")).GetProperty("partitions").EnumerateArray()];

    private static long Sum(IEnumerable<JsonElement> partitions, string field) => partitions.Sum(p => p.GetProperty(field).GetInt64());

    private Task<JsonElement> Letters(string query) => server.Call(RunningServer.OperatorKey, "GET", "/stream/deadletters" + query);

    private Task<JsonElement> Replay(string body) => server.Call(RunningServer.OperatorKey, "POST", "/stream/replays", body, HttpStatusCode.Accepted);

    private async Task PutAside(string partition, int records) => await server.Parts.Featurizer.Apply(
        new("behaviour", partition, [.. Enumerable.Range(0, records).Select(i => new DeliveredRecord(i, TimeProvider.System.GetUtcNow(), null, "no event"u8.ToArray()))], 0), default);
}
