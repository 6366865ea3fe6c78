using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>
/// The process dies at each of its calls to a store, before the call takes effect or after. Another goes on, and in the end
/// everything is as if nobody had died.
/// </summary>
public sealed class RequestCrashTests
{
    [Theory]
    [InlineData("erasure", false), InlineData("erasure", true), InlineData("access", false), InlineData("access", true), InlineData("portability", false), InlineData("portability", true)]
    public async Task Dying_at_any_call_changes_nothing_in_the_end(string type, bool after)
    {
        var calls = await Calls(type);
        Assert.True(calls > 30);
        var expected = await End(type, int.MaxValue, after);
        for (var call = 0; call < calls; call++) Assert.Equal($"{call} of {calls}\n{expected}", $"{call} of {calls}\n{await End(type, call, after)}");
    }

    [Fact]
    public async Task Dying_twice_changes_nothing_either()
    {
        var calls = await Calls("erasure");
        var expected = await End("erasure", int.MaxValue, false);
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Assert.Equal($"{seed}\n{expected}", $"{seed}\n{await End("erasure", random.Next(calls), random.Next(2) == 0, random.Next(calls), random.Next(2) == 0)}");
        }
    }

    /// <summary>A host asks again for a turn whose answer it did not get, and has an activity done again.</summary>
    [Theory]
    [InlineData("erasure"), InlineData("access"), InlineData("portability")]
    public async Task A_host_that_repeats_every_turn_and_every_activity_changes_nothing(string type) =>
        Assert.Equal(await End(type, int.MaxValue, false), await End(type, null, false, twice: true));

    private static async Task<int> Calls(string type)
    {
        await using var world = await New();
        var mortal = new MortalStorage(world.Raw, world.Blobs, int.MaxValue, false, world.Storage.Ledger);
        await world.Start(mortal);
        await RequestEnd.Course(world, type, () => mortal.Dead);
        return mortal.Calls;
    }

    private static async Task<string> End(string type, int? diesAt, bool after, int? diesAgain = null, bool afterAgain = false, bool twice = false)
    {
        await using var world = await New();
        var subjects = new[] { (await world.People.Find("u", null, default))!.Value.ToString(), (await world.People.Find(null, "v", default))!.Value.ToString() };
        foreach (var (call, late) in new (int?, bool)[] { (diesAt, after), (diesAgain, afterAgain) }.Where(d => d.Item1 is not null))
        {
            var mortal = new MortalStorage(world.Raw, world.Blobs, call!.Value, late, world.Storage.Ledger);
            await world.Start(mortal);
            try { await RequestEnd.Course(world, type, () => mortal.Dead); }
            // Whoever dies answers nobody.
            catch (Exception e) when (e is Xunit.Sdk.TrueException or StoreUnavailableException) { }
        }

        await world.Start(null, null, twice: twice);
        await RequestEnd.Course(world, type, () => false);
        return await RequestEnd.Of(world, type, subjects);
    }

    private static async Task<PrivacyWorld> New()
    {
        var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        return world;
    }
}
