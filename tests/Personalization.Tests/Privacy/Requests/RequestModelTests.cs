using System.Text.Json;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Tests.Events;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>
/// Everybody does anything at any moment: asks, shows their token, takes back, signs in as somebody else in the middle of an
/// erasure, has what failed tried again; a store is down for longer than anybody tries. At every write three things hold: no person
/// is changed by two requests at once, nothing is cancelled that nobody cancelled, and nothing fails that was not tried to its end.
/// In the end everything is over and nobody is locked.
/// </summary>
public sealed class RequestModelTests
{
    private const string Consent = """{"personalization":true,"sensitive":true,"crossDevice":true}""";

    private static readonly string[] Breakable = ["vault", "links", "exclusions", "certificates", "exportkeys", "identity"];

    /// <summary>A little less than all the waits between the attempts of one step.</summary>
    private static readonly TimeSpan AllAttempts = TimeSpan.FromHours(6);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task No_person_is_ever_changed_by_two_requests_and_none_ends_cancelled_or_failed_by_itself(int shard)
    {
        var failures = 0;
        for (var seed = shard * 8; seed < (shard + 1) * 8; seed++)
        {
            var play = new Play(seed);
            await play.Run();
            failures += play.Failures;
        }

        Assert.True(failures > 0, "Nothing ever failed, so nothing was tried again.");
    }

    private sealed class Play(int seed)
    {
        private readonly Random random = new(seed);
        private readonly List<string> asked = [];
        private readonly Dictionary<string, string> tokens = [];
        private readonly HashSet<string> takenBack = [];
        private readonly List<TimeSpan> outages = [];
        private DateTimeOffset? downSince;
        private string? down;
        private PrivacyWorld world = null!;
        private int numbers;

        public int Failures { get; private set; }

        public async Task Run()
        {
            // What has to be shown or said first differs from run to run.
            await using (world = await PrivacyWorld.Open(("Privacy__Verify", (seed % 3) switch { 0 => "none", 1 => "erasure,access", _ => "portability" }), ("Privacy__Approve", "portability")))
            {
                await world.Start(new Watching(world.Raw, Check, store => store == down), world.Blobs);
                for (var person = 0; person < 4; person++) await world.Live($"u{person}", $"v{person}");
                for (var step = 0; step < 36; step++)
                {
                    await Something();
                    // In the middle of what workflows do, somebody else does something.
                    await world.Settle(open => { if (random.Next(12) == 0) Something().GetAwaiter().GetResult(); return random.Next(open); });
                }

                Repair();
                await world.Finish(3);
                foreach (var id in asked) await world.Parts.Table.Find("RetryRequest")!.Call(id);
                // Also whose workflow failed at its very end, and would sleep.
                await world.Tend();
                await world.Finish(12);
                foreach (var id in asked)
                {
                    // One whose store was down may never have been taken.
                    if (await world.Book.Find(PrivacyRequest.HandleOf(id), default) is not { } request) continue;
                    Assert.True(request.IsOver || request.State == RequestState.Unapproved, $"seed {seed}: {id} {request.State} {request.Reason}");
                    if (request.IsOver) Assert.True(request is { Subjects.Count: 0, Callbacks.Count: 0 }, $"seed {seed}: {id} {request.State} names somebody");
                }

                Assert.DoesNotContain(await world.Documents(), d => d.Store == "holds");
            }
        }

        private async Task Something()
        {
            // Whoever meets a store that is down is told so, and asks again or does not.
            try { await Act(random.Next(4), random.Next(13)); }
            catch (StoreUnavailableException) when (down is not null) { }
        }

        private async Task Act(int person, int act)
        {
            switch (act)
            {
                case 0 or 1 or 2:
                    asked.Add($"r{seed}-{numbers++}");
                    var type = random.Next(4) switch { 0 => "access", 1 => "portability", _ => "erasure" };
                    var (_, answer) = await world.Try("POST", "privacy/requests", $$"""{"id":"{{asked[^1]}}","type":"{{type}}",{{(random.Next(2) == 0 ? $"\"user\":\"u{person}\"" : $"\"visitor\":\"v{person}\"")}}}""");
                    if (answer?.TryGetProperty("verification", out var token) == true) tokens[asked[^1]] = token.GetProperty("token").GetString()!;
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
                case 10 when tokens.Count > 0:
                    var (id, shown) = tokens.ElementAt(random.Next(tokens.Count));
                    await world.Try("POST", "privacy/requests/{id}/verify", $$"""{"token":"{{(random.Next(4) == 0 ? "another" : shown)}}"}""", ("id", id));
                    break;
                case 11 when asked.Count > 0:
                    await world.Parts.Table.Find("RetryRequest")!.Call(asked[random.Next(asked.Count)]);
                    break;
                case 12 when down is null:
                    (down, downSince) = (Breakable[random.Next(Breakable.Length)], world.Clock.GetUtcNow());
                    await Act(person, 0);
                    for (var part = random.Next(12, 120); part > 0; part--) await world.Pass(TimeSpan.FromMinutes(6));
                    if (random.Next(2) == 0) Repair();
                    break;
                case 12:
                    Repair();
                    break;
            }
        }

        private void Repair()
        {
            if (downSince is { } since) outages.Add(world.Clock.GetUtcNow() - since);
            (down, downSince) = (null, null);
        }

        private async Task Check(PrivacyRequest written)
        {
            if (written.State == RequestState.Cancelled) Assert.Contains(written.Id, takenBack);
            if (written.State == RequestState.Denied) Assert.True(written.Challenge?.Until <= world.Clock.GetUtcNow(), $"seed {seed}: {written.Id} is denied by nobody");
            if (written.State == RequestState.Failed)
            {
                Failures++;
                var longest = downSince is { } since ? outages.Append(world.Clock.GetUtcNow() - since) : outages;
                Assert.True(longest.Any(o => o >= AllAttempts), $"seed {seed}: {written.Id} fails at {written.Reason} with attempts left");
            }

            var active = new List<PrivacyRequest>();
            foreach (var id in asked)
                if (await world.Book.Find(PrivacyRequest.HandleOf(id), default) is { State: RequestState.InProgress } r) active.Add(r);
            var twice = active.SelectMany(r => r.Subjects).GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
            Assert.True(twice.Count == 0, $"seed {seed}: {string.Join(' ', active.Where(r => r.Subjects.Intersect(twice).Any()).Select(r => r.Id))} are active for the same person");
        }
    }

    /// <summary>Looks at every request that is written; of one store nothing answers.</summary>
    private sealed class Watching(IDocuments inner, Func<PrivacyRequest, Task> look, Func<string, bool> down) : IDocuments
    {
        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => Answered(store, () => inner.Get(store, partition, id, stop));

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => Answered(store, async () =>
        {
            var put = await inner.Put(store, partition, id, body, when, expiry, stop);
            if (put.Ok && store == PrivacyRequest.Store) await look(JsonSerializer.Deserialize(body.Span, Stored.Default.PrivacyRequest)!);
            return put;
        });

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => Answered(store, () => inner.Delete(store, partition, id, when, stop));

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => Answered(store, () => inner.List(store, partition, next, max, stop));

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => Answered(store, () => inner.Scan(store, next, max, stop));

        private async ValueTask<Outcome<T>> Answered<T>(Store store, Func<ValueTask<Outcome<T>>> call) => down(store.Name) ? Outcome.Failed<T>(Status.Unavailable) : await call();
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
