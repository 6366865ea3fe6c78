using Personalization.Identity;
using Personalization.Models;
using Personalization.Models.Registry;
using Personalization.Storage;
using Personalization.Tests.Models.Rollouts;

namespace Personalization.Tests.Models;

/// <summary>What a process serves while models come, go and break.</summary>
public sealed class LineupTests : IAsyncDisposable
{
    private readonly RolloutWorld world = new();

    [Fact]
    public async Task A_share_of_the_people_gets_the_canary_in_every_process_and_strangers_never_do()
    {
        await Champion("a");
        await world.Promote("b", "canary", 30);
        var (one, other) = (await Started(), await Started());
        var canary = one.Lineup.Rollout.Canary!;
        for (var n = 0; n < 1000; n++)
        {
            var person = new Subject((UInt128)(uint)n);
            Assert.Equal(canary.Takes(person) ? "b" : "a", one.Lineup.For(person).Model.Name);
            Assert.Equal(one.Lineup.For(person).Model.Name, other.Lineup.For(person).Model.Name);
        }

        Assert.Equal("a", one.Lineup.For(null).Model.Name);
    }

    [Fact]
    public async Task A_canary_taken_back_is_gone_in_other_processes_within_five_seconds()
    {
        await Champion("a");
        await world.Promote("b", "canary", 50);
        var process = await Started();
        Assert.Contains("b", Served(process));
        await world.Rollback("b");
        await world.Later(process, l => l.Rollout.Canary is null);
        Assert.Equal(["a"], Served(process));
    }

    [Fact]
    public async Task Going_back_to_the_champion_before_needs_no_store_of_models()
    {
        await Champion("a");
        var blobs = new TroubledBlobs(world.Storage.Blobs);
        var process = await Started(blobs);
        await world.Promote("b", "champion");
        await world.Later(process, l => l.Champion.Model.Name == "b");
        blobs.Get = () => throw new IOException("gone");
        await world.Rollback("b");
        Assert.False((await world.Later(process, l => l.Champion.Model.Name == "a")).Champion.Missing);
        Assert.Empty(world.Told);
    }

    [Fact]
    public async Task A_canary_that_becomes_champion_is_not_loaded_again()
    {
        await Champion("a");
        await world.Promote("b", "canary", 50);
        var (loads, blobs) = (0, new TroubledBlobs(world.Storage.Blobs));
        var process = await Started(blobs);
        blobs.Get = () => { loads++; throw new IOException("gone"); };
        await world.Promote("b", "champion");
        await world.Later(process, l => l.Champion.Model.Name == "b");
        Assert.Equal(0, loads);
    }

    [Theory]
    [InlineData("missing"), InlineData("corrupt")]
    public async Task The_people_of_a_canary_that_cannot_be_loaded_get_the_champion_and_miss_nothing(string trouble)
    {
        await Champion("a");
        await world.Promote("b", "canary", 50);
        await Damage("b", trouble);
        var process = await Started();
        Assert.Equal(["a"], Served(process));
        Assert.False(process.Now.Missing);
        lock (world.Told) Assert.Equal([trouble], world.Told);
    }

    [Fact]
    public async Task Where_the_champion_is_missing_the_canarys_people_have_theirs_and_the_others_are_told()
    {
        await Champion("a");
        await world.Promote("b", "canary", 50);
        await Damage("a", "missing");
        var process = await Started();
        Assert.Equal(["b", "none"], Served(process));
        var lineup = process.Lineup;
        Assert.All(People, p => Assert.Equal(lineup.For(p).Model.Name == "none", lineup.For(p).Missing));
    }

    [Fact]
    public async Task A_broken_one_is_tried_again_and_the_others_serve_meanwhile()
    {
        await Champion("a");
        await world.Promote("b", "canary", 50);
        await world.Promote("c", "shadow");
        await Damage("b", "missing");
        var process = await Started();
        Assert.Equal(("c", 1), (process.Lineup.Shadows.Single().Model.Name, world.Told.Count));
        await world.Registry.Files.Keep(Learn.TwoKinds("b"), default);
        await world.Later(process, l => People.Any(p => l.For(p).Model.Name == "b"));
        Assert.Single(world.Told);
    }

    [Fact]
    public async Task A_corrupt_champion_is_refused_and_the_one_before_goes_on()
    {
        await Champion("a");
        var process = await Started();
        await world.Promote("b", "champion");
        await Damage("b", "corrupt");
        await world.Later(process, l => l.Champion.Missing);
        Assert.Equal("a", process.Now.Model.Name);
        // Also while it is tried again.
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < 1000; n++) Assert.Equal(("a", true), (process.Now.Model.Name, process.Now.Missing));
        Assert.Same(process.Now, process.Now);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private static readonly IReadOnlyList<Subject> People = [.. Enumerable.Range(0, 200).Select(n => new Subject((UInt128)(uint)n))];

    private static IReadOnlyList<string> Served(ServedModels process) => [.. People.Select(p => process.Lineup.For(p).Model.Name).Distinct().Order(StringComparer.Ordinal)];

    private async Task Champion(string name)
    {
        await world.Register("a", "b", "c");
        await world.Promote(name, "champion");
    }

    private async Task<ServedModels> Started(IBlobs? blobs = null)
    {
        var process = world.Process(blobs);
        await process.Preload(default);
        return process;
    }

    private async Task Damage(string name, string trouble)
    {
        (await world.Storage.Blobs.Delete(ModelFiles.Store, name, default)).Required(ModelFiles.Store);
        if (trouble == "corrupt") (await world.Storage.Blobs.Put(ModelFiles.Store, name, new byte[200], default)).Required(ModelFiles.Store);
    }
}
