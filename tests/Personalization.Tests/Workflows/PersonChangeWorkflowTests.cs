using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Workflows;

/// <summary>Merges, un-merges and answers as the workflow does them: whoever dies at whichever call, it ends as if nobody had.</summary>
public sealed class PersonChangeWorkflowTests
{
    [Theory]
    [InlineData("merge", false), InlineData("merge", true), InlineData("unmerge", false), InlineData("unmerge", true), InlineData("together", false), InlineData("together", true)]
    public async Task Dying_at_any_call_changes_nothing_in_the_end(string what, bool after)
    {
        var calls = await Calls(what);
        Assert.True(calls > 30);
        var expected = await End(what);
        for (var call = 0; call < calls; call++) Assert.Equal($"{call} of {calls} {expected}", $"{call} of {calls} {await End(what, (call, after))}");
    }

    [Fact]
    public async Task Dying_twice_changes_nothing_either()
    {
        foreach (var what in new[] { "merge", "unmerge", "together" })
        {
            var (calls, expected) = (await Calls(what), await End(what));
            for (var seed = 0; seed < 30; seed++)
            {
                var random = new Random(seed);
                Assert.Equal($"{seed} {expected}", $"{seed} {await End(what, (random.Next(calls), random.Next(2) == 0), (random.Next(calls), random.Next(2) == 0))}");
            }
        }
    }

    [Theory]
    [InlineData("merge", "2 2  0 held"), InlineData("unmerge", "1 1  0 held"), InlineData("together", "2 2 Together 0 held")]
    public async Task A_host_that_repeats_every_turn_and_every_activity_changes_nothing(string what, string end)
    {
        Assert.Equal(end, await End(what));
        Assert.Equal(end, await End(what, twice: true));
    }

    private static async Task<int> Calls(string what)
    {
        var (world, name) = await New(what);
        await using var open = world;
        var mortal = new MortalStorage(world.Raw, world.Blobs, int.MaxValue, false, world.Storage.Ledger);
        await world.Start(mortal);
        await Course(world, what, name, mortal);
        return mortal.Calls;
    }

    private static Task<string> End(string what, params (int Call, bool After)[] deaths) => End(what, twice: false, deaths);

    private static async Task<string> End(string what, bool twice, params (int Call, bool After)[] deaths)
    {
        var (world, name) = await New(what);
        await using var open = world;
        foreach (var (call, after) in deaths)
        {
            var mortal = new MortalStorage(world.Raw, world.Blobs, call, after, world.Storage.Ledger);
            await world.Start(mortal);
            try { await Course(world, what, name, mortal); }
            // Whoever dies answers nobody.
            catch (Exception e) when (e is Xunit.Sdk.TrueException or StoreUnavailableException) { }
        }

        await world.Start(null, null, twice: twice);
        await Course(world, what, name, null);
        var graph = await new Linker(new(world.Raw, world.Clock), Identity.Meeting.Rules).Graph([await Of(world, "u"), await Of(world, "w")], default);
        var holds = (await world.Raw.Scan(Holds.Store, null, 10, default)).Value.Items.Count;
        return $"{graph.ClusterOf(await Of(world, "u")).Members.Count} {graph.ClusterOf(await Of(world, "w")).Members.Count} {string.Join(',', graph.Cases.Select(c => c.Answered?.Verdict))} {holds} held";
    }

    // The caller asks again where they got no answer, and the clock goes on.
    private static async Task Course(PrivacyWorld world, string what, string? name, MortalStorage? mortal)
    {
        var (status, body) = what switch
        {
            "merge" => await world.Try("POST", "identity/merges", """{"from":{"visitor":"w"},"into":{"user":"u"}}"""),
            "unmerge" => await world.Try("DELETE", "identity/merges/{id}", null, ("id", name!)),
            _ => await world.Try("POST", "identity/quarantine/{case}", """{"verdict":"together"}""", ("case", name!)),
        };
        // What was done before is said to be: two who are one already are not merged again.
        Assert.True(status is 200 or 202 or 409, $"{status} {body}");
        await world.Settle();
        for (var minute = 0; minute < 30 && mortal is not { Dead: true }; minute++) await world.Pass(TimeSpan.FromMinutes(1));
    }

    private static async Task<(PrivacyWorld World, string? Name)> New(string what)
    {
        var world = await PrivacyWorld.Open();
        foreach (var who in new[] { "\"user\":\"u\"", "\"visitor\":\"w\"" })
            await world.Call("PUT", "consent", $$"""{{{who}},"purposes":{"personalization":true,"crossDevice":true},"source":"s","noticeVersion":"1"}""", 200);
        if (what == "merge") return (world, null);
        var linker = new Linker(new(world.Raw, world.Clock), Identity.Meeting.Rules);
        var (from, into) = (await Of(world, "w"), await Of(world, "u"));
        var why = new Evidence("user", 1, true, world.Clock.GetUtcNow());
        IdentityEvent there = what == "unmerge"
            ? new Merged(why.At, new string('a', 32), from, into, why)
            : new Quarantined(why.At, new string('b', 32), from, into, QuarantineReason.WasUnmerged, null, why);
        await linker.Store([from, into], [there], "", null, default);
        return (world, what == "unmerge" ? new string('a', 32) : new string('b', 32));
    }

    private static async Task<Subject> Of(PrivacyWorld world, string name) =>
        (await world.People.Find(name == "u" ? name : null, name == "u" ? null : name, default))!.Value;
}
