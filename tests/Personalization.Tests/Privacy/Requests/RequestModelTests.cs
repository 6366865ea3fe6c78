using System.Text.Json;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Tests.Events;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>
/// Everybody does anything at any moment: asks, takes back, signs in as somebody else in the middle of an erasure, and the process
/// dies. At every write two things hold: no person is changed by two requests at once, and nothing is cancelled that nobody
/// cancelled. In the end everything is over and nobody is locked.
/// </summary>
public sealed class RequestModelTests
{
    private const string Consent = """{"personalization":true,"sensitive":true,"crossDevice":true}""";

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task No_person_is_ever_changed_by_two_requests_and_none_ends_cancelled_by_itself(int shard)
    {
        for (var seed = shard * 8; seed < (shard + 1) * 8; seed++) await new Play(seed).Run();
    }

    private sealed class Play(int seed)
    {
        private readonly Random random = new(seed);
        private readonly List<string> asked = [];
        private readonly HashSet<string> takenBack = [];
        private PrivacyWorld world = null!;
        private int numbers;

        public async Task Run()
        {
            await using (world = await PrivacyWorld.Open(("Privacy__Verify", "none"), ("Privacy__Approve", "portability")))
            {
                await world.Start(new Watching(world.Raw, Check), world.Blobs);
                for (var person = 0; person < 4; person++) await world.Live($"u{person}", $"v{person}");
                for (var step = 0; step < 30; step++)
                {
                    await Something();
                    // In the middle of what workflows do, somebody else does something.
                    await world.Settle(open => { if (random.Next(12) == 0) Something().GetAwaiter().GetResult(); return random.Next(open); });
                }

                await world.Finish(12);
                foreach (var id in asked)
                {
                    var request = (await world.Book.Find(PrivacyRequest.HandleOf(id), default))!;
                    Assert.True(request.IsOver || request.State == RequestState.Unapproved, $"seed {seed}: {id} {request.State} {request.Reason}");
                    if (request.IsOver) Assert.True(request is { Subjects.Count: 0, Callbacks.Count: 0 }, $"seed {seed}: {id} {request.State} names somebody");
                }

                Assert.DoesNotContain(await world.Documents(), d => d.Store == "holds");
            }
        }

        private async Task Something()
        {
            var person = random.Next(4);
            switch (random.Next(10))
            {
                case 0 or 1 or 2:
                    asked.Add($"r{seed}-{numbers++}");
                    var type = random.Next(4) switch { 0 => "access", 1 => "portability", _ => "erasure" };
                    await world.Try("POST", "privacy/requests", $$"""{"id":"{{asked[^1]}}","type":"{{type}}",{{(random.Next(2) == 0 ? $"\"user\":\"u{person}\"" : $"\"visitor\":\"v{person}\"")}}}""");
                    break;
                case 3 when asked.Count > 0:
                    var cancelled = asked[random.Next(asked.Count)];
                    takenBack.Add(cancelled);
                    await world.Parts.Table.Find("CancelRequest")!.Call(cancelled);
                    break;
                case 4 when asked.Count > 0:
                    await world.Parts.Table.Find("ApproveRequest")!.Call(asked[random.Next(asked.Count)]);
                    break;
                case 5 or 6:
                    // Signs in with a browser of somebody else's, and so becomes one person with them.
                    await world.Try("POST", "events", $"[{Sending.View($"e{numbers++}", $"v{random.Next(4)}", consent: Consent, more: $",\"user\":\"u{person}\"")}]");
                    break;
                case 7:
                    world.Clock.Advance(TimeSpan.FromHours(random.Next(1, 30)));
                    break;
                case 8:
                    await world.Apply();
                    break;
                case 9:
                    await world.Tend();
                    break;
            }
        }

        private async Task Check(PrivacyRequest written)
        {
            if (written.State == RequestState.Cancelled) Assert.Contains(written.Id, takenBack);
            Assert.NotEqual(RequestState.Failed, written.State);
            var active = new List<PrivacyRequest>();
            foreach (var id in asked)
                if (await world.Book.Find(PrivacyRequest.HandleOf(id), default) is { State: RequestState.InProgress } r) active.Add(r);
            var twice = active.SelectMany(r => r.Subjects).GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
            Assert.True(twice.Count == 0, $"seed {seed}: {string.Join(' ', active.Where(r => r.Subjects.Intersect(twice).Any()).Select(r => r.Id))} are active for the same person");
        }
    }

    /// <summary>Looks at every request that is written.</summary>
    private sealed class Watching(IDocuments inner, Func<PrivacyRequest, Task> look) : IDocuments
    {
        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            var put = await inner.Put(store, partition, id, body, when, expiry, stop);
            if (put.Ok && store == PrivacyRequest.Store) await look(JsonSerializer.Deserialize(body.Span, Stored.Default.PrivacyRequest)!);
            return put;
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}

internal static class Calls
{
    /// <summary>Calls a function about one request, whatever comes of it.</summary>
    public static async Task Call(this Personalization.Functions.Hosting.Function function, string id)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.RouteValues["id"] = id;
        await ((Personalization.Functions.Hosting.Trigger.Http)function.Trigger).Handle(http);
    }
}
