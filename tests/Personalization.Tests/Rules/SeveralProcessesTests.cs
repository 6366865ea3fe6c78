using System.Text.Json;
using Personalization.Consent;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Workflows;
using Personalization.Storage;

namespace Personalization.Tests.Rules;

/// <summary>Two processes of the whole application over one store.</summary>
public sealed class SeveralProcessesTests : IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private State state = null!;
    private Composition here = null!, there = null!;

    public async Task InitializeAsync()
    {
        state = await State.InMemory(Composition.Stores, clock);
        (here, there) = (await Start(), await Start());
    }

    public async Task DisposeAsync()
    {
        here.Meter.Dispose();
        there.Meter.Dispose();
        await state.DisposeAsync();
    }

    [Fact]
    public async Task What_one_publishes_or_takes_back_the_other_goes_by_within_five_seconds()
    {
        Assert.Same(Personalization.Rules.CompiledRules.None, there.Rules.Now);
        await Call(here, "PUT", "rules", """{"rules":[{"id":"p","kind":"pin","items":{"ids":["boot"]}}]}""");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(("1", 1), (await There(), there.Rules.Now.Count));
        await Call(there, "PUT", "rules", """{"rules":[]}""");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("2", (await here.Rules.Fresh(default)).Version);
        await Call(here, "POST", "rules/revert", "{}");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(("1", 1), (await There(), there.Rules.Now.Count));
    }

    [Fact]
    public async Task A_version_that_is_damaged_leaves_the_one_before_in_force_and_can_be_gone_back_from()
    {
        await Call(here, "PUT", "rules", """{"rules":[]}""");
        await Call(here, "PUT", "rules", """{"rules":[]}""");
        await Call(here, "PUT", "rules", """{"rules":[]}""");
        await Damage("v000003");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("2", await There());
        Assert.True(there.Rules.IsBroken);
        Assert.Equal("2", (await Start()).Rules.Now.Version);
        Assert.True((await Call(there, "GET", "rules")).GetProperty("broken").GetBoolean());
        Assert.Equal([true, false, false], (await Call(there, "GET", "rules/versions")).GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("broken").GetBoolean()));
        await Damage("v000001");
        Assert.EndsWith("version-broken", (await Call(there, "POST", "rules/revert", """{"to":1}""", 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, (await Call(there, "POST", "rules/revert", "{}")).GetProperty("version").GetInt32());
        Assert.False(there.Rules.IsBroken);
    }

    private async Task<string> There() => (await there.Rules.Fresh(default)).Version;

    private async Task<Composition> Start()
    {
        var process = Composition.Build(AppOptions.Read(new Settings([])), state, clock);
        await process.Preload();
        return process;
    }

    private static async Task<JsonElement> Call(Composition process, string method, string route, string? body = null, int expected = 200)
    {
        var (status, answer) = await new OwnCalls(() => process.Table, AppOptions.Read(new Settings([])).Http).Call(method, route, body, default);
        Assert.True(status == expected, $"{method} {route}: {status} {answer}");
        return answer!.Value;
    }

    private async Task Damage(string id) =>
        (await state.Documents.Put(PolicyRecord.Store, "rules", id, """{"rules":[{"id":"x"}]}"""u8.ToArray(), Personalization.Storage.Condition.None, null, default)).Required(PolicyRecord.Store);
}
