using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Messages.Campaigning;
using static Personalization.Tests.Messages.MessageCalls;

namespace Personalization.Tests.Messages;

/// <summary>What nobody can read holds back messages, and nothing else.</summary>
public sealed class DamagedCapsTests
{
    [Fact]
    public async Task Damage_in_what_was_shown_keeps_nobody_from_being_merged()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Allow("u");
        await world.Allow("w", kind: "visitor");
        await Damage(world);
        await world.Call("POST", "identity/merges", """{"from":{"visitor":"w"},"into":{"user":"u"},"dryRun":true}""", 200);
        var merge = await PrivacyCalls.Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await PrivacyCalls.Minutes(world, 5);
        Assert.Equal("active", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", merge))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Damage_in_what_was_shown_keeps_nobody_from_being_told_the_rest()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        await Damage(world);
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await PrivacyCalls.Minutes(world, 5);
        Assert.Equal("completed", await world.Status("r"));
    }

    [Fact]
    public async Task What_cannot_be_confirmed_for_damage_says_which_store()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, Capped));
        await world.Allow("u");
        var reservation = (await world.Shown("u"))!;
        await Damage(world);
        Assert.Null(await world.Shown("u"));
        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(() => world.Confirm(reservation));
        Assert.Equal(CapSheets.Store.Name, failed.Store);
    }

    private static async Task Damage(PrivacyWorld world)
    {
        var subject = (await world.People.Find("u", null, default))!.Value.ToString();
        await world.Raw.Put(CapSheets.Store, subject, "caps", "damaged"u8.ToArray(), Condition.None, null, default);
    }
}
