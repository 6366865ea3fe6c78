using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Decisions;

/// <summary>There is an answer whatever the store does.</summary>
public sealed class RecommendationsTests : IAsyncDisposable
{
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    private readonly Salts salts;
    private readonly People people;

    public RecommendationsTests()
    {
        storage = InMemory.Storage(clock);
        salts = Meeting.Salts(storage.Documents, clock);
        people = Meeting.People(storage.Documents, clock, salts);
    }

    [Theory]
    [InlineData(Status.Unavailable), InlineData(Status.Throttled)]
    public async Task A_store_that_refuses_makes_the_answer_degraded(Status status)
    {
        people.Of(null, "v");
        var broken = new BrokenDocuments(() => new(Outcome.Failed<Document>(status)));
        foreach (var recommendations in new[] { await Over(broken), await Over(storage.Documents, aliases: broken) })
        {
            var answer = await recommendations.Recommend(new() { Visitor = "v" }, default);
            Assert.Equal((true, "profile-unavailable", "boot"), (answer.Degraded, answer.FallbackReason, Assert.Single(answer.Items).Id));
        }
    }

    [Fact]
    public async Task A_store_that_answers_garbage_makes_the_answer_degraded()
    {
        people.Of(null, "v");
        var garbage = new BrokenDocuments(() => new(Outcome.Ok(new Document("p", "i", "{garbage"u8.ToArray(), default))));
        Assert.True((await (await Over(garbage)).Recommend(new() { Visitor = "v" }, default)).Degraded);
    }

    [Fact]
    public async Task A_store_that_is_slow_is_cut_off_at_the_deadline()
    {
        people.Of(null, "v");
        var never = new TaskCompletionSource<Outcome<Document>>();
        var recommendations = await Over(new BrokenDocuments(() => new(never.Task)));
        var answering = recommendations.Recommend(new() { Visitor = "v" }, default).AsTask();
        Assert.False(answering.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        var answer = await answering.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(answer.Degraded);
        Assert.NotEmpty(answer.Items);
    }

    [Fact]
    public async Task An_unknown_person_is_no_degradation()
    {
        var answer = await (await Over(storage.Documents)).Recommend(new() { Visitor = "v" }, default);
        Assert.Equal((false, "unknown-person"), (answer.Degraded, answer.FallbackReason));
    }

    [Fact]
    public async Task Who_refuses_personalization_gets_what_a_stranger_gets_and_is_told_why()
    {
        var subject = people.Of(null, "v");
        var consent = new ProfileConsent(storage.Documents, clock);
        await consent.Write(subject, new(Vote.No(Purposes.Personalization), 1, clock.GetUtcNow()), Purposes.None, default);
        var answer = await (await Over(storage.Documents)).Recommend(new() { Visitor = "v" }, default);
        Assert.Equal((false, "no-consent", "macro"), (answer.Degraded, answer.FallbackReason, answer.Tier));
    }

    public async ValueTask DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }

    private async Task<Recommendations> Over(IDocuments profiles, IDocuments? aliases = null)
    {
        var healthy = storage.Documents;
        var catalogue = new Catalogue(healthy, clock, new(TimeSpan.FromSeconds(5)));
        await catalogue.Upsert([new() { Id = "boot", Category = "footwear" }], default);
        return new(new(profiles, aliases is null ? people : Meeting.People(aliases, clock, salts), clock, new(TimeSpan.FromMilliseconds(50))), catalogue, new(healthy, clock), new(healthy, clock), clock, meter);
    }

    private sealed class BrokenDocuments(Func<ValueTask<Outcome<Document>>> get) : IDocuments
    {
        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => get();

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => throw new NotSupportedException("Decisions do not write.");

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => throw new NotSupportedException("Decisions do not write.");

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => throw new NotSupportedException("Decisions read one document.");

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => throw new NotSupportedException("Decisions read one document.");
    }
}
