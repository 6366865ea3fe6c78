using Personalization.Models;
using Personalization.Models.Registry;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Models.Registry;

/// <summary>A model's card is written once, after its file, and says the same for ever.</summary>
public sealed class ModelRegistryTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    public ModelRegistryTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task What_was_registered_is_read_back_whole()
    {
        var kept = await Registry().Keep(Learn.TwoKinds("one"), Cards.Good() with { Epsilon = 4, Delta = 1e-6, Against = new("other", Cards.Metrics(0.05)) }, default);
        var read = (await Registry().Find("one", default))!;
        Assert.Equal(kept.Body(), read.Body());
        var format = System.Text.Encoding.ASCII.GetString(ModelFile.Write(Learn.TwoKinds("one")).AsSpan(0, 8));
        Assert.Equal(("one", format, Learn.At, 8, 4, 0.05), (read.Model, read.Format, read.TrainedAt, read.Dimensions, read.Facts.Epsilon, read.Facts.Against!.Metrics[0].Value));
        Assert.Null((await Registry().Files.Read(new("one", read.Sha256), default)).Wrong);
        Assert.Null(await Registry().Find("two", default));
        Assert.Null(await Registry().Find("none", default));
    }

    [Fact]
    public async Task The_same_again_is_the_same_and_anything_else_under_its_name_is_refused()
    {
        var first = await Registry().Keep(Learn.TwoKinds("one"), Cards.Good(), default);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(first.Body(), (await Registry().Keep(Learn.TwoKinds("one"), Cards.Good(), default)).Body());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Registry().Keep(Learn.TwoKinds("one"), Cards.Good(0.11), default));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Registry().Keep(Learn.TwoKinds("one", items: 30), Cards.Good(), default));
        Assert.Equal(first.Body(), (await Registry().Find("one", default))!.Body());
    }

    [Fact]
    public async Task A_metric_that_is_no_number_is_kept_as_none_and_says_so()
    {
        await Registry().Keep(Learn.TwoKinds("one"), Cards.Facts(Cards.Metrics().With("ndcg@10", double.NaN)), default);
        var metric = (await Registry().Find("one", default))!.Facts.Metrics.Single(m => m.Name == "ndcg@10");
        Assert.Equal((null, "it came out as no number"), (metric.Value, metric.Why));
    }

    [Theory]
    [InlineData(""), InlineData("One"), InlineData("a/b"), InlineData("a b"), InlineData("none"), InlineData("champion"), InlineData("a~b"), InlineData(".."), InlineData("-a")]
    public async Task A_name_that_is_no_files_name_is_refused_before_anything_is_written(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Registry().Keep(Learn.TwoKinds(name), Cards.Good(), default));
        Assert.Empty((await storage.Blobs.List(ModelFiles.Store, "", null, 10, default)).Value.Items);
    }

    [Fact]
    public async Task They_are_listed_newest_first_and_a_damaged_card_hides_no_other()
    {
        foreach (var name in new[] { "b", "a", "c" })
        {
            await Registry().Keep(Learn.TwoKinds(name), Cards.Good(), default);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        (await storage.Documents.Put(ModelRegistry.Store, "cards", "x", "{}"u8.ToArray(), Condition.None, null, default)).Required(ModelRegistry.Store);
        Assert.Equal(["c", "a", "b"], (await Registry().All(default)).Select(c => c.Model));
    }

    /// <summary>Dead before or after any of its calls, and then tried again by somebody else.</summary>
    [Fact]
    public async Task A_crash_at_any_call_leaves_nothing_half_and_whoever_tries_again_finishes_it()
    {
        var (fresh, counting) = (0, new MortalStorage(storage.Documents, storage.Blobs, int.MaxValue, false));
        await Registry(counting).Keep(Learn.TwoKinds($"m{fresh++}"), Cards.Good(), default);
        Assert.Equal(2, counting.Calls);
        for (var at = 0; at < counting.Calls; at++)
            foreach (var after in new[] { false, true })
            {
                var name = $"m{fresh++}";
                await Assert.ThrowsAnyAsync<Exception>(async () => await Registry(new(storage.Documents, storage.Blobs, at, after)).Keep(Learn.TwoKinds(name), Cards.Good(), default));
                // Whoever is listed has a whole file.
                if (await Registry().Find(name, default) is { } listed) Assert.Null((await Registry().Files.Read(new(name, listed.Sha256), default)).Wrong);
                var card = await Registry().Keep(Learn.TwoKinds(name), Cards.Good(), default);
                Assert.Null((await Registry().Files.Read(new(name, card.Sha256), default)).Wrong);
            }
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private ModelRegistry Registry(MortalStorage? mortal = null) => new(mortal is null ? storage.Documents : mortal, new(mortal is null ? storage.Blobs : mortal), clock);
}
