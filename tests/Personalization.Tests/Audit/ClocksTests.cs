using Personalization.Audit;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Audit;

/// <summary>Clocks differ and are sometimes wrong; what was signed stays provable.</summary>
public sealed class ClocksTests : IAsyncDisposable
{
    private readonly SetClock clock = new(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));
    private readonly AuditWorld world;

    public ClocksTests() => world = new(clock);

    /// <summary>Around the moment the next key takes over, two processes whose clocks are a second apart sign one after the other.</summary>
    [Fact]
    public async Task A_log_stays_verifiable_where_clocks_differ_while_keys_change()
    {
        var start = clock.GetUtcNow();
        var options = new AuditOptions(TimeSpan.FromDays(60), TimeSpan.FromDays(10));
        var (ahead, behind) = (world.Open(options: options), world.Open(options: options));
        await ahead.Desk.Upkeep(default);
        clock.Now = start + TimeSpan.FromDays(55);
        await ahead.Desk.Upkeep(default);
        await behind.Log.Append(AuditWorld.Fact(1), default);
        var takesOver = (await ahead.Keys.Published(default))[^1].SignsFrom;
        clock.Now = takesOver + TimeSpan.FromSeconds(1);
        await ahead.Checkpoints.Make(default);
        clock.Now = takesOver - TimeSpan.FromSeconds(1);
        await behind.Log.Append(AuditWorld.Fact(2), default);
        await behind.Checkpoints.Make(default);
        clock.Now = takesOver + TimeSpan.FromDays(1);
        var check = await world.Open(options: options).Check();
        Assert.True(check.Good, check.Says);
    }

    /// <summary>A clock that was wrong for an hour and then put right.</summary>
    [Fact]
    public async Task A_log_stays_verifiable_after_a_clock_jumped_ahead_and_back()
    {
        var start = clock.GetUtcNow();
        var parts = world.Open();
        await parts.Desk.Upkeep(default);
        clock.Now = start + TimeSpan.FromDays(800);
        await parts.Log.Append(AuditWorld.Fact(1), default);
        await parts.Desk.Upkeep(default);
        clock.Now = start + TimeSpan.FromHours(1);
        await parts.Log.Append(AuditWorld.Fact(2), default);
        await parts.Desk.Upkeep(default);
        var check = await parts.Check();
        Assert.True(check.Good, check.Says);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();
}
