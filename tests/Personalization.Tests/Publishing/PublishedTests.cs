using Personalization.Publishing;
using Personalization.Storage;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Publishing;

/// <summary>Versions are written once, one pointer says which is in force, and every process soon agrees.</summary>
public sealed class PublishedTests : IAsyncDisposable
{
    private readonly PublishingWorld world = new();

    [Fact]
    public async Task What_is_published_is_in_force_here_at_once_and_elsewhere_within_five_seconds()
    {
        var (here, there) = (await world.Started(), await world.Started());
        Assert.Equal(("none", 0), (there.Now, there.Version));
        Assert.Equal(1, await here.Publish(PublishingWorld.Body("a"), default));
        Assert.Equal(("1:a", 1), (here.Now, here.Version));
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        while (there.Now != "1:a") await Task.Yield();
        Assert.Equal(1, there.Version);
    }

    [Fact]
    public async Task A_process_nobody_called_for_an_hour_looks_before_it_answers()
    {
        var idle = await world.Started();
        await world.Published("a");
        world.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("1:a", await idle.Fresh(default));
    }

    [Fact]
    public async Task A_look_that_finds_the_same_version_keeps_the_same_object()
    {
        await world.Published("a");
        var process = await world.Started();
        var before = process.Now;
        Assert.Same(before, await world.Later(process));
    }

    [Fact]
    public async Task A_version_says_the_same_for_ever_and_the_pointer_goes_back_to_it()
    {
        await world.Published("a", "b");
        var process = await world.Started();
        Assert.Equal(Pointing.Done, await process.Point(1, default));
        Assert.Equal("1:a", process.Now);
        var pointer = await process.Versions(default);
        Assert.Equal([1, 2, 1], pointer.Moves.Select(m => m.Version));
        Assert.Equal((2, 1, world.Clock.GetUtcNow()), (pointer.Newest, pointer.Version, pointer.Since));
        Assert.Equal("b"u8.ToArray(), (await process.Read(2, default))!.Value.ToArray());
        Assert.Equal(3, await process.Publish(PublishingWorld.Body("c"), default));
    }

    [Fact]
    public async Task The_pointer_stays_where_it_is_when_asked_again_or_for_what_is_not_there_or_broken()
    {
        await world.Published("a", "b");
        await world.Damage("v000001");
        var process = await world.Started();
        Assert.Equal([Pointing.Done, Pointing.Broken, Pointing.NoSuchVersion, Pointing.NoSuchVersion, Pointing.NoSuchVersion],
            new[] { await process.Point(2, default), await process.Point(1, default), await process.Point(3, default), await process.Point(0, default), await process.Point(-1, default) });
        Assert.Equal([2, 1], (await process.Versions(default)).Moves.Select(m => m.Version));
    }

    [Fact]
    public async Task What_does_not_compile_or_fit_is_not_published()
    {
        var process = world.Process();
        await Assert.ThrowsAsync<ArgumentException>(async () => await process.Publish(PublishingWorld.Body("bad"), default));
        Assert.Null(await process.Publish(PublishingWorld.Body(new('x', Document.MaxBytes + 1)), default));
        Assert.Equal(0, (await process.Versions(default)).Newest);
        Assert.Null(await process.Read(1, default));
    }

    [Fact]
    public async Task Many_who_publish_at_once_each_get_a_version_and_the_last_one_is_in_force()
    {
        var publishers = Enumerable.Range(0, 8).Select(i => world.Process().Publish(PublishingWorld.Body($"{i}"), default).AsTask());
        // Whoever waits after a conflict waits for the clock.
        var all = Task.WhenAll(publishers);
        while (!all.IsCompleted)
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(Enumerable.Range(1, 8), (await all).Select(v => v!.Value).Order());
        Assert.Equal(8, (await world.Started()).Version);
    }

    [Fact]
    public async Task Of_two_who_publish_the_later_version_stays_although_the_earlier_is_the_last_to_point()
    {
        var overtaken = new OvertakenDocuments(world.Storage.Documents, () => world.Published("b"));
        Assert.Equal(1, await world.Process(overtaken).Publish(PublishingWorld.Body("a"), default));
        var pointer = await world.Process().Versions(default);
        Assert.Equal((2, 2), (pointer.Version, pointer.Newest));
        Assert.Single(pointer.Moves);
    }

    [Fact]
    public async Task Whoever_dies_while_publishing_leaves_one_of_the_two_in_force_and_the_next_goes_on()
    {
        await world.Published("a");
        var inForce = 1;
        for (var call = 0; call < 5; call++)
            foreach (var after in new[] { false, true })
            {
                var mortal = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, call, after);
                try { await world.Process(mortal).Publish(PublishingWorld.Body("half"), default); }
                catch (StoreUnavailableException) { }
                Assert.True(mortal.Dead, $"Nobody died at {call}.");
                var process = await world.Started();
                Assert.Contains(process.Now, new[] { $"{inForce}:whole", $"{process.Version}:half", "1:a" });
                Assert.False(process.IsBroken);
                inForce = (await process.Publish(PublishingWorld.Body("whole"), default))!.Value;
                Assert.Equal($"{inForce}:whole", (await world.Started()).Now);
            }

        // Versions that were written and never pointed to are passed over, not written again.
        Assert.True(inForce > 11, $"{inForce}");
        Assert.Contains("half"u8.ToArray(), await Bodies(inForce), ByteComparer.Instance);
    }

    private async Task<List<byte[]>> Bodies(int newest)
    {
        var bodies = new List<byte[]>();
        for (var version = 1; version <= newest; version++) bodies.Add((await world.Process().Read(version, default))!.Value.ToArray());
        return bodies;
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
