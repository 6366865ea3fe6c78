using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Messages.Campaigning;
using static Personalization.Tests.Messages.MessageCalls;

namespace Personalization.Tests.Messages;

/// <summary>Messages while stores fail, processes die, and persons change.</summary>
public sealed class MessageTroubleTests
{
    [Fact]
    public async Task Where_showings_cannot_be_counted_only_what_needs_no_count_is_said()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("spring", 2, Capped), Campaign("free", 1.5), Campaign("order", 1, ""","transactional":true"""));
        await world.Allow("u");
        var documents = await PrivacyCalls.Tampered(world);
        documents.Fails = (store, _) => store == CapSheets.Store.Name;
        var answer = await world.Decide("u");
        Assert.Equal("order", answer.GetProperty("slots")[0].GetProperty("message").GetProperty("campaign").GetString());
        Assert.Equal((true, "caps-unavailable", "spring=unavailable free=unavailable"), (answer.GetProperty("degraded").GetBoolean(), answer.GetProperty("fallbackReason").GetString(), Suppressed(answer)));
    }

    [Fact]
    public async Task Where_the_person_cannot_be_read_only_what_needs_nobody_is_said()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("spring", 2), Campaign("order", 1, ""","transactional":true"""));
        await world.Allow("u");
        var ledger = new MortalStorage(world.Raw, world.Blobs, 0, false, world.Storage.Ledger);
        await world.Start(world.Raw, world.Blobs, ledger);
        var answer = await world.Decide("u");
        Assert.Equal("order", answer.GetProperty("slots")[0].GetProperty("message").GetProperty("campaign").GetString());
        Assert.Equal((true, "profile-unavailable", "spring=unavailable"), (answer.GetProperty("degraded").GetBoolean(), answer.GetProperty("fallbackReason").GetString(), Suppressed(answer)));
    }

    [Fact]
    public async Task Whose_profile_is_damaged_is_in_no_segment_not_even_that_of_strangers()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("welcome", 2, ""","when":{"segments":["unknown"]}"""), Campaign("all"));
        await world.Allow("u", "\"marketing\":true,\"personalization\":true");
        var subject = (await world.People.Find("u", null, default))!.Value.ToString();
        await world.Raw.Put(Personalization.Profiles.Profile.Store, subject, Personalization.Profiles.Profile.Id, "damaged"u8.ToArray(), Condition.None, null, default);
        var answer = await world.Decide("u");
        Assert.Equal(("welcome=segment", true, "profile-unavailable"), (Suppressed(answer), answer.GetProperty("degraded").GetBoolean(), answer.GetProperty("fallbackReason").GetString()));
        Assert.Equal("all", answer.GetProperty("slots")[0].GetProperty("message").GetProperty("campaign").GetString());
    }

    /// <summary>At every call of a store, before and after it, from the decision to the confirmation.</summary>
    [Fact]
    public async Task A_process_that_dies_leaves_no_more_than_was_reserved_and_that_lapses()
    {
        var calls = int.MaxValue;
        for (var at = 0; at < calls; at++)
            foreach (var after in new[] { false, true })
            {
                await using var world = await PrivacyWorld.Open();
                await world.Publish(Campaign("a", 1, Capped));
                await world.Allow("u");
                var mortal = new MortalStorage(world.Raw, world.Blobs, at, after, world.Storage.Ledger);
                await world.Start(mortal);
                var (told, confirmed) = await DecideAndConfirm(world);
                if (confirmed) calls = mortal.Calls;
                await world.Start(null);
                var counted = 3 - await Fill(world);
                Assert.InRange(counted, told ? 1 : 0, 1);
                world.Clock.Advance(TimeSpan.FromMinutes(10));
                Assert.InRange(3 - await Fill(world), confirmed ? 1 : 0, counted);
            }

        Assert.InRange(calls, 5, 1000);
    }

    [Fact]
    public async Task Two_devices_of_one_person_share_their_caps_until_they_turn_out_to_be_two()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, Capped));
        await world.Allow("u");
        await world.Allow("w", kind: "visitor");
        await world.Confirm((await world.Shown("u"))!);
        await world.Confirm((await world.Shown("w", kind: "visitor"))!);
        var merge = await PrivacyCalls.Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await PrivacyCalls.Minutes(world, 5);
        await world.Confirm((await world.Shown("w", "email", kind: "visitor"))!);
        Assert.Null(await world.Shown("u", "app"));
        await world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", merge));
        await PrivacyCalls.Minutes(world, 5);
        // Each has what it saw: one, and two.
        Assert.Equal(2, await Fill(world));
        Assert.NotNull(await world.Shown("w", kind: "visitor"));
        Assert.Null(await world.Shown("w", kind: "visitor"));
        var (user, visitor) = ((await world.People.Find("u", null, default))!.Value, (await world.People.Find(null, "w", default))!.Value);
        foreach (var (one, other) in new[] { (user, visitor), (visitor, user) })
            Assert.DoesNotContain(other.ToString(), System.Text.Encoding.UTF8.GetString((await world.Documents()).Single(d => d.Store == "caps" && d.Document.Partition == one.ToString()).Document.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_merge_previews_how_often_both_were_shown_what()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, Capped));
        await world.Allow("u");
        await world.Allow("w", kind: "visitor");
        await world.Confirm((await world.Shown("u"))!);
        await world.Confirm((await world.Shown("w", kind: "visitor"))!);
        var preview = await world.Call("POST", "identity/merges", """{"from":{"visitor":"w"},"into":{"user":"u"},"dryRun":true}""", 200);
        Assert.Equal(2, Assert.Single(preview.GetProperty("preview").GetProperty("caps").EnumerateArray()).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_erasure_takes_what_was_shown_and_whoever_comes_back_begins_anew()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, Capped));
        await world.Allow("u");
        await world.Confirm((await world.Shown("u"))!);
        var open = (await world.Shown("u"))!;
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        await world.Confirm(open, 404);
        Assert.Null(await world.Shown("u"));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "caps");
        await world.Allow("u");
        Assert.Equal(3, await Fill(world));
    }

    private static async Task<(bool Told, bool Confirmed)> DecideAndConfirm(PrivacyWorld world)
    {
        var (status, answer) = await world.Try("POST", "decisions/messages", """{"user":"u","channel":"web","slots":["hero"]}""");
        Assert.Equal(200, status);
        if (Reserved(answer!.Value) is not { } reservation) return (false, false);
        try { return (true, (await world.Try("POST", "decisions/messages/{reservation}/confirm", null, ("reservation", reservation))).Status == 200); }
        catch (StoreUnavailableException) { return (true, false); }
    }

    /// <summary>How many more are shown until there is no room; they are given back.</summary>
    private static async Task<int> Fill(PrivacyWorld world)
    {
        var all = new List<string>();
        while (await world.Shown("u") is { } reservation) all.Add(reservation);
        foreach (var reservation in all) await world.Release(reservation);
        return all.Count;
    }
}
