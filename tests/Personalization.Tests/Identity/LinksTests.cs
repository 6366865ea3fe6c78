using Personalization.Identity;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Identity;

/// <summary>What somebody is recognized by is all there, each once, and not without end.</summary>
public sealed class LinksTests : IAsyncDisposable
{
    private static readonly Subject Somebody = new(7);
    private static readonly Epoch Epoch = new(3, default, null, new byte[32]);

    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly Links links;

    public LinksTests()
    {
        storage = InMemory.Storage(clock);
        links = new(storage.Documents, clock);
    }

    [Fact]
    public async Task Adding_a_link_again_changes_nothing()
    {
        for (var i = 0; i < 3; i++) Assert.True(await links.Add(Somebody, Epoch, Row("a"), default));
        Assert.Equal([Row("a")], (await links.Of(Somebody, default))["epoch-3"]);
    }

    [Fact]
    public async Task What_is_removed_is_gone_and_the_rest_stays()
    {
        foreach (var alias in new[] { "a", "b", "c" }) await links.Add(Somebody, Epoch, Row(alias), default);
        await links.Remove(Somebody, Epoch, "b", default);
        await links.Remove(new(8), Epoch, "b", default);
        Assert.Equal([Row("a"), Row("c")], (await links.Of(Somebody, default))["epoch-3"]);
    }

    [Fact]
    public async Task There_is_a_bound_and_what_comes_beyond_it_is_somebody_else()
    {
        for (var i = 0; i < Links.Most; i++) Assert.True(await links.Add(Somebody, Epoch, Row($"a{i}"), default));
        Assert.False(await links.Add(Somebody, Epoch, Row("beyond"), default));
        Assert.True(await links.Add(Somebody, Epoch, Row("a0"), default));
        Assert.Equal(Links.Most, (await links.Of(Somebody, default))["epoch-3"].Count);
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private LinkRow Row(string alias) => new(alias, 5, "visitor", 1, false, clock.GetUtcNow());
}
