using Personalization.Publishing;
using Personalization.Storage;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Publishing;

/// <summary>Nothing broken ever takes the place of something that works, and it is told of.</summary>
public sealed class BrokenVersionTests : IAsyncDisposable
{
    private readonly PublishingWorld world = new();

    [Theory]
    [InlineData("bad"), InlineData("worse"), InlineData(null)]
    public async Task A_version_that_cannot_be_used_leaves_the_one_before_in_force_until_it_can(string? damage)
    {
        await world.Published("a");
        var process = await world.Started();
        await world.Published("b");
        if (damage is null) await world.Lose("v000002");
        else await world.Damage("v000002", damage);
        Assert.Equal("1:a", await world.Later(process));
        Assert.Equal((true, 1, 1), (process.IsBroken, process.Version, world.Broken));
        await world.Damage("v000002", "b");
        Assert.Equal("2:b", await world.Later(process));
        Assert.Equal((false, 1), (process.IsBroken, world.Broken));
    }

    [Fact]
    public async Task A_process_that_starts_takes_the_last_version_that_was_in_force_and_works()
    {
        await world.Published("a", "b", "c", "d");
        await world.Process().Point(2, default);
        await world.Process().Point(4, default);
        await world.Damage("v000004");
        var process = await world.Started();
        Assert.Equal(("2:b", true), (process.Now, process.IsBroken));
        await world.Damage("v000002");
        Assert.Equal("3:c", (await world.Started()).Now);
    }

    [Fact]
    public async Task A_process_that_starts_and_finds_nothing_that_works_goes_on_without()
    {
        await world.Published("a", "b");
        await world.Damage("v000001");
        await world.Damage("v000002");
        var process = await world.Started();
        Assert.Equal(("none", 0, true), (process.Now, process.Version, process.IsBroken));
    }

    [Theory]
    [InlineData("{"), InlineData("null"), InlineData("""{"newest":1,"moves":[]}"""), InlineData("""{"newest":1,"moves":[{"version":0,"at":"2026-01-05T09:00:00Z"}]}"""), InlineData("""{"newest":1,"moves":[null]}"""), InlineData("""{"newest":1}"""), InlineData(null)]
    public async Task A_pointer_that_cannot_be_used_leaves_everything_as_it_is_until_the_next_is_published(string? damage)
    {
        await world.Published("a", "b");
        var process = await world.Started();
        if (damage is null) await world.Lose("current");
        else await world.Damage("current", damage);
        Assert.Equal("2:b", await world.Later(process));
        Assert.Equal((true, 1), (process.IsBroken, world.Broken));
        Assert.Equal("none", (await world.Started()).Now);
        Assert.Equal(3, await world.Process().Publish(PublishingWorld.Body("c"), default));
        Assert.Equal("3:c", await world.Later(process));
        Assert.False(process.IsBroken);
    }

    [Fact]
    public async Task A_process_that_already_stands_on_what_the_pointer_comes_back_to_is_whole_again()
    {
        await world.Published("a");
        var process = await world.Started();
        await world.Published("b");
        await world.Damage("v000002");
        await world.Later(process);
        await world.Process().Point(1, default);
        Assert.Equal("1:a", await world.Later(process));
        Assert.False(process.IsBroken);
    }

    [Fact]
    public async Task A_store_that_is_away_or_silent_leaves_the_old_in_force_and_is_no_broken_version()
    {
        await world.Published("a");
        var mortal = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, diesAt: 2, after: false);
        var process = world.Process(mortal);
        await process.Loaded(default);
        Assert.Equal("1:a", await world.Later(process));
        Assert.True(mortal.Dead);
        Assert.Equal((false, 0), (process.IsBroken, world.Broken));
        var silent = new SilentDocuments(world.Storage.Documents);
        process = world.Process(silent);
        await process.Loaded(default);
        silent.Silent = true;
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        var asked = process.Fresh(default).AsTask();
        Assert.False(asked.IsCompleted);
        world.Clock.Advance(Published<string>.Patience);
        Assert.Equal("1:a", await asked);
    }

    [Fact]
    public async Task A_store_that_is_silent_is_asked_by_one_at_a_time_and_waited_for_by_the_first_only()
    {
        await world.Published("a");
        var silent = new SilentDocuments(world.Storage.Documents);
        var process = world.Process(silent);
        await process.Loaded(default);
        silent.Silent = true;
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        var before = silent.Asked;
        var first = Enumerable.Range(0, 20).Select(_ => process.Fresh(default).AsTask()).ToList();
        world.Clock.Advance(Published<string>.Patience);
        Assert.All(await Task.WhenAll(first), v => Assert.Equal("1:a", v));
        for (var n = 0; n < 100; n++) Assert.True(process.Fresh(default).AsTask().IsCompletedSuccessfully);
        // One in the background, and one that is waited for.
        Assert.InRange(silent.Asked - before, 1, 2);
        // What was never answered holds nobody up when the store is back.
        silent.Silent = false;
        await world.Published("b");
        Assert.Equal("2:b", await world.Later(process));
    }

    [Fact]
    public async Task Whoever_cannot_go_on_without_a_first_look_fails_with_it() =>
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await world.Process(new MortalStorage(world.Storage.Documents, world.Storage.Blobs, 0, false)).Loaded(default));

    public ValueTask DisposeAsync() => world.DisposeAsync();
}
