using Personalization.Identity;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Workflows;

/// <summary>Drills where something is in their way.</summary>
public sealed class DrillTroubleTests
{
    [Fact]
    public async Task A_drill_that_cannot_live_ends_and_says_so()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        var down = true;
        documents.Fails = (store, _) => down && store == "aliases";
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await Minutes(world, 120);
        down = false;
        await world.Finish(20);
        Assert.NotEqual("Running", (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_drill_passes_where_an_erasure_has_to_be_verified()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "erasure"));
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        await world.Apply();
        await Minutes(world, 60);
        await world.Finish(20);
        Assert.Equal("Passed", (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_drill_that_proves_nothing_leaves_nobody_behind()
    {
        await using var world = await PrivacyWorld.Open();
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        await Minutes(world, 120);
        await world.Finish(20);
        var drill = await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id));
        Assert.Equal("NotSeen", drill.GetProperty("status").GetString());
        var subjects = drill.GetProperty("subjects").EnumerateArray().Select(s => s.GetString()!).ToList();
        Assert.NotEmpty(subjects);
        Assert.DoesNotContain(await world.Documents(), d => d.Store != "findings" && subjects.Contains(d.Document.Partition));
    }

    [Fact]
    public async Task A_drill_finds_also_who_is_kept_as_a_number_and_not_as_text()
    {
        await using var world = await PrivacyWorld.Open();
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        await world.Apply();
        for (var hour = 0; hour < 72 && (await world.Try("GET", "privacy/requests", null)).Body?.GetProperty("requests").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "completed") != true; hour++)
            await world.Pass(TimeSpan.FromHours(1));
        var subject = (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("subjects")[0].GetString()!;
        // As aliases hold whom they lead to.
        await world.Raw.Put(Aliases.Store, new string('f', 64), "alias", Convert.FromHexString(subject), Personalization.Storage.Condition.None, null, default);
        await world.Finish(20);
        Assert.Equal("Left", (await world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
    }
}
