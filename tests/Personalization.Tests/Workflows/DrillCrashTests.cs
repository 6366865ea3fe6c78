using System.Text.Json;
using Personalization.Functions.Workflows;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Workflows;

/// <summary>The process dies at any call of a drill to any store or to the stream; another goes on.</summary>
public sealed class DrillCrashTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task Dying_at_any_write_leaves_a_drill_that_passes(int shard)
    {
        var writes = (await Undisturbed()).Writes.ToList();
        Assert.True(writes.Count > 150, $"{writes.Count}");
        for (var n = shard; n < writes.Count; n += 3) await Ends($"write {n} of {writes.Count}", (writes[n], false));
    }

    [Fact]
    public async Task Nor_does_dying_twice_at_any_calls()
    {
        var calls = (await Undisturbed()).Calls;
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            await Ends($"{seed}", (random.Next(calls), random.Next(2) == 0), (random.Next(calls), random.Next(2) == 0));
        }
    }

    private static async Task<MortalStorage> Undisturbed()
    {
        await using var world = await PrivacyWorld.Open();
        var mortal = Mortal(world, (int.MaxValue, false));
        await world.Start(mortal);
        await Course(world, () => false);
        return mortal;
    }

    private static async Task Ends(string name, params (int Call, bool After)[] deaths)
    {
        await using var world = await PrivacyWorld.Open();
        foreach (var death in deaths)
        {
            var mortal = Mortal(world, death);
            await world.Start(mortal);
            try { await Course(world, () => mortal.Dead); }
            // Whoever dies answers nobody.
            catch (Exception e) when (e is Xunit.Sdk.TrueException or StoreUnavailableException) { }
        }

        await world.Start(null);
        await Course(world, () => false);
        var drills = (await world.Call("GET", "privacy/drills", null, 200)).GetProperty("drills").EnumerateArray().ToList();
        Assert.Contains(drills, d => Status(d) == "Passed");
        // One that died before its workflow was begun was never told to anybody, and was nobody yet.
        foreach (var drill in drills) Assert.True(Status(drill) == "Passed" || (Status(drill) == "Running" && drill.GetProperty("subjects").GetArrayLength() == 0), $"{name}: {Status(drill)}, left in {Left(drill)}");
        Assert.DoesNotContain(await world.Documents(), d => d.Store is "holds" or "profiles" or "aliases");
    }

    private static MortalStorage Mortal(PrivacyWorld world, (int Call, bool After) death) =>
        new(world.Raw, world.Blobs, death.Call, death.After, world.Storage.Ledger, world.Storage.Stream);

    // Whoever got no answer asks again.
    private static async Task Begin(PrivacyWorld world)
    {
        var (_, drills) = await world.Try("GET", "privacy/drills", null);
        var asleep = drills?.GetProperty("drills").EnumerateArray().All(d => world.Parts.Workflows.Find(DrillWorkflow.InstanceOf(d.GetProperty("id").GetString()!), default).AsTask().GetAwaiter().GetResult() is null);
        if (asleep != false) await world.Call("POST", "privacy/drills", null, 202);
    }

    private static async Task Course(PrivacyWorld world, Func<bool> dead)
    {
        await Begin(world);
        await world.Settle();
        for (var day = 0; day < 8 && !dead(); day++)
        {
            await world.Apply();
            await world.Follow(TimeSpan.FromDays(1), dead);
            // As the timer does: a request that was stored may sleep.
            if (!dead()) await world.Tend();
        }
    }

    private static string Left(JsonElement drill) => string.Join(' ', drill.GetProperty("after").EnumerateArray().Where(s => s.GetProperty("hits").GetInt64() > 0).Select(s => s.GetProperty("store")));

    private static string? Status(JsonElement drill) => drill.GetProperty("status").GetString();
}
