using System.Text.Json;
using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>There is always something useful to show, whatever the store does.</summary>
public sealed class TroubleTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);

    private PrivacyWorld world = null!;

    public async Task InitializeAsync()
    {
        world = await PrivacyWorld.Open();
        await world.Stock();
        await world.LikesShoes("ann");
        // What is in force is read before anything breaks, as it is at a start.
        await world.Call("PUT", "experiments", """{"holdout":{"share":0.000001,"seed":"s"},"layers":[{"id":"l","experiments":[{"id":"e","share":1,"variants":[{"name":"a","weight":1},{"name":"b","weight":1}]}]}]}""", 200);
        await world.Call("PUT", "rules", """{"rules":[{"id":"first","kind":"pin","items":{"ids":["item-01"]}}]}""", 200);
        await world.Decide("recommendations", "ann");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Theory]
    [InlineData(Status.Unavailable), InlineData(Status.Throttled)]
    public async Task A_store_that_refuses_reading_takes_the_person_from_an_answer_and_no_more(Status status) =>
        await EveryAnswer(() => new(Outcome.Failed<Document>(status)));

    [Fact]
    public async Task A_store_that_answers_garbage_is_as_good_as_none() =>
        await EveryAnswer(() => new(Outcome.Ok(new Document("p", "i", "{garbage"u8.ToArray(), default))));

    [Fact]
    public async Task A_store_that_never_answers_is_waited_for_no_longer_than_two_deadlines()
    {
        var never = new TaskCompletionSource<Outcome<Document>>();
        await Break(() => new(never.Task));
        foreach (var engine in DecisionWorld.Calls)
        {
            var (answer, waited) = await Waiting(engine);
            Assert.InRange(waited, Deadline, 2 * Deadline);
            Useful(answer);
            Assert.Equal("none", answer.GetProperty("versions").GetProperty("experiments").GetString());
        }
    }

    [Fact]
    public async Task Neither_is_one_that_answers_about_the_person_and_nothing_else()
    {
        var never = new TaskCompletionSource<Outcome<Document>>();
        await Break(() => new(never.Task), s => s == ExposureRow.Store || s == PolicyRecord.Store);
        foreach (var engine in DecisionWorld.Calls)
        {
            var (answer, waited) = await Waiting(engine);
            Assert.False(answer.GetProperty("degraded").GetBoolean());
            Assert.Equal(2 * Deadline, waited);
        }
    }

    [Fact]
    public async Task A_store_that_is_slow_is_not_waited_for()
    {
        var never = new TaskCompletionSource<Outcome<Document>>();
        var slow = new BreakingDocuments(world.Raw) { Reading = () => new(never.Task) };
        var policy = Personalization.Consent.ConsentPolicy.Read(new([]));
        var lookup = new Personalization.Decisions.ProfileLookup(slow, world.People, policy, world.Clock, TimeSpan.FromMilliseconds(50));
        var finding = lookup.Find(null, "ann", default).AsTask();
        Assert.False(finding.IsCompleted);
        world.Clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(Personalization.Decisions.Fallback.ProfileUnavailable, (await finding.WaitAsync(TimeSpan.FromSeconds(30))).Why);
    }

    [Fact]
    public async Task With_nothing_in_the_shop_and_nothing_in_the_store_there_is_an_answer_that_says_so()
    {
        await using var empty = await PrivacyWorld.Open();
        foreach (var engine in new[] { "recommendations", "homepage" }) Assert.Equal("empty-catalogue", DecisionWorld.Fallback(await empty.Decide(engine, "v")));
        Assert.Equal(20, DecisionWorld.Items(await empty.Decide("search", "v")).Count);
    }

    [Fact]
    public async Task A_shop_that_just_opened_shows_a_bit_of_everything_and_the_same_each_time()
    {
        await using var fresh = await PrivacyWorld.Open();
        await fresh.Stock();
        var answers = new List<IReadOnlyList<string>>();
        for (var n = 0; n < 5; n++) answers.Add(DecisionWorld.Items(await fresh.Decide("recommendations", $"v{n}")));
        Assert.All(answers, a => Assert.Equal(answers[0], a));
        Assert.Equal(10, answers[0].Count);
        Assert.True(answers[0].Select(i => int.Parse(i[^2..], System.Globalization.CultureInfo.InvariantCulture) % 4).Distinct().Count() >= 3);
    }

    [Fact]
    public async Task An_engine_that_is_switched_off_leaves_the_others_as_they_are()
    {
        foreach (var off in DecisionWorld.Calls)
        {
            await using var shop = await PrivacyWorld.Open(($"{char.ToUpperInvariant(off[0])}{off[1..]}__On", "false"));
            await shop.Stock(8);
            foreach (var engine in DecisionWorld.Calls)
            {
                var (status, body) = await shop.Try("POST", $"decisions/{engine}", """{"visitor":"v"}""");
                Assert.Equal(engine == off, body!.Value.GetRawText().Contains("switched-off", StringComparison.Ordinal));
                if (engine != off && engine != "search") Assert.Equal(200, status);
            }
        }
    }

    private async Task EveryAnswer(Func<ValueTask<Outcome<Document>>> get)
    {
        await Break(get);
        foreach (var engine in DecisionWorld.Calls) Useful(await world.Decide(engine, "ann"));
    }

    private async Task Break(Func<ValueTask<Outcome<Document>>> get, Func<Store, bool>? where = null)
    {
        var broken = new BreakingDocuments(world.Raw);
        await world.Start(broken, null);
        await world.Decide("recommendations", "ann");
        (broken.Reading, broken.Where) = (get, where ?? (_ => true));
    }

    /// <summary>An answer, and how long it waited; by then what is in force is so old that it is looked for again.</summary>
    private async Task<(JsonElement Answer, TimeSpan Waited)> Waiting(string engine)
    {
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        var began = world.Clock.GetUtcNow();
        var answering = world.Decide(engine, "ann");
        while (await Task.WhenAny(answering, world.Clock.Awaited).WaitAsync(TimeSpan.FromSeconds(30)) != answering) world.Clock.Advance(Deadline / 10);
        return (await answering, world.Clock.GetUtcNow() - began);
    }

    private static void Useful(JsonElement answer)
    {
        Assert.True(answer.GetProperty("degraded").GetBoolean());
        Assert.Equal("profile-unavailable", DecisionWorld.Fallback(answer));
        Assert.True(DecisionWorld.Items(answer).Count >= 10);
    }

    private sealed class BreakingDocuments(IDocuments real) : IDocuments
    {
        public Func<ValueTask<Outcome<Document>>>? Reading { get; set; }

        public Func<Store, bool> Where { get; set; } = _ => true;

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => Where(store) && Reading is { } get ? get() : real.Get(store, partition, id, stop);

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => real.Put(store, partition, id, body, when, expiry, stop);

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => real.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => real.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => real.Scan(store, next, max, stop);
    }
}
