using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Functions.Azure;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;

namespace Personalization.Tests.Publishing;

/// <summary>Two processes, each with a client of its own, over the service's emulator; nothing else goes from one to the other.</summary>
[Collection(EmulatorCollection.Name)]
public sealed class PublishedInCosmosTests(AzureEmulators azure) : IAsyncLifetime
{
    private static readonly StoreRegistry Stores = new([PolicyRecord.Store]);

    private readonly ManualClock clock = new();
    private readonly Meter meter = new("publishing-in-cosmos");
    private CosmosDocuments one = null!, other = null!;
    private Published<CompiledRules> here = null!, there = null!;

    public async Task InitializeAsync()
    {
        one = await azure.Cosmos.Documents(Stores, clock);
        other = new(Stores, azure.Cosmos.Options, clock, azure.Cosmos.Open(azure.Cosmos.Options));
        (here, there) = (new(one, CompiledRules.Artefact, clock, meter), new(other, CompiledRules.Artefact, clock, meter));
        Assert.Equal(("none", "none"), ((await here.Loaded(default)).Version, (await there.Loaded(default)).Version));
    }

    /// <summary>The store's name is the product's, and the next test begins with nothing published.</summary>
    public async Task DisposeAsync()
    {
        one.Dispose();
        other.Dispose();
        meter.Dispose();
        await azure.Cosmos.Client.GetContainer(azure.Cosmos.Options.Database, PolicyRecord.Store.Name).DeleteContainerAsync();
    }

    [Fact]
    public async Task What_one_process_publishes_or_takes_back_the_other_goes_by_five_seconds_later()
    {
        Assert.Equal(1, await here.Publish(Rules("one"), default));
        Assert.Equal("1 one", await Later(there));
        Assert.Equal(2, await there.Publish(Rules("two"), default));
        Assert.Equal("2 two", await Later(here));
        Assert.Equal(Pointing.Done, await here.Point(1, default));
        Assert.Equal("1 one", await Later(there));
        Assert.Equal([1, 2, 1], (await there.Versions(default)).Moves.Select(m => m.Version));
        Assert.Equal(3, await there.Publish(Rules("three"), default));
        Assert.Equal("3 three", await Later(here));
    }

    [Fact]
    public async Task A_broken_version_never_takes_over_however_it_came_there()
    {
        await here.Publish(Rules("one"), default);
        Assert.Equal("1 one", await Later(there));
        await Write("v000002", """{"rules":[{"id":"x"}]}"""u8.ToArray());
        await Write("current", new Pointer(1, [new(1, clock.GetUtcNow())]).Published(2, clock.GetUtcNow())!.Body());
        Assert.Equal(("1 one", "1 one"), (await Later(here), await Later(there)));
        Assert.True(here.IsBroken && there.IsBroken);
        // Nor is it what a process that starts now begins with, or what stands in the way of the next.
        var started = new Published<CompiledRules>(other, CompiledRules.Artefact, clock, meter);
        Assert.Equal("1", (await started.Loaded(default)).Version);
        Assert.Equal(3, await there.Publish(Rules("three"), default));
        Assert.Equal("3 three", await Later(here));
        Assert.False(here.IsBroken);
    }

    private static byte[] Rules(string id) => Tests.Rules.Ruling.Set(Tests.Rules.Ruling.Boost(id)).Body();

    private async Task<string> Later(Published<CompiledRules> process)
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        var rules = await process.Fresh(default);
        return rules.Count == 0 ? rules.Version : $"{rules.Version} {rules[0].Id}";
    }

    private async Task Write(string id, byte[] body) => (await one.Put(PolicyRecord.Store, "rules", id, body, Condition.None, null, default)).Required(PolicyRecord.Store);
}
