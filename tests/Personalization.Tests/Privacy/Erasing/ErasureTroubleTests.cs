using Personalization.Identity;
using Personalization.Storage;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>What a certificate says, and what an erasure leaves of others.</summary>
public sealed class ErasureTroubleTests
{
    [Fact]
    public async Task A_certificate_says_by_when_every_model_is_without_the_person()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        var certificate = await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"));
        Assert.Matches(@"(?m)^(model|training) .*\d{4}-\d\d-\d\dT", certificate.GetProperty("signed").GetString());
    }

    [Fact]
    public async Task A_certificate_counts_also_who_was_joined_at_the_last_moment()
    {
        await using var world = await PrivacyWorld.Open();
        var documents = await Tampered(world);
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var joined = false;
        documents.Before = async (store, _) =>
        {
            if (joined || store != "profiles") return;
            joined = true;
            await world.Call("POST", "events", $"[{Sending.View("joins", "w", consent: Everything, more: ",\"user\":\"u\"")}]", 202);
        };
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.True(joined);
        var facts = (await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"))).GetProperty("facts");
        Assert.Equal(3, facts.GetProperty("members").GetInt32());
        Assert.Equal(3, facts.GetProperty("stores").EnumerateArray().Single(s => s.GetProperty("store").GetString() == "consents").GetProperty("found").GetInt64());
    }

    [Fact]
    public async Task A_link_that_a_crash_left_with_nobody_goes_and_that_of_whoever_came_again_stays()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        var link = (await world.Documents()).First(d => d.Store == Links.Store.Name).Document;
        // As a process leaves it that dies before it has entered whom it noted.
        var nobody = Subject.Random().ToString();
        await world.Raw.Put(Links.Store, nobody, link.Id, link.Body, Condition.None, null, default);
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        Assert.DoesNotContain(await world.Documents(), d => d.Document.Partition == nobody);
        await world.Live("u", "v");
        var again = (await world.People.Find("u", null, default))!.Value;
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        Assert.NotEmpty(await new Links(world.Raw, world.Clock).Of(again, default));
    }

    [Fact]
    public async Task Erasing_one_does_not_make_what_is_kept_of_another_live_longer()
    {
        await using var world = await PrivacyWorld.Open();
        foreach (var visitor in new[] { "va", "vb" })
        {
            await Agree(world, "visitor", visitor);
            await world.Call("POST", "identity/links", $$"""{"visitor":"{{visitor}}","identities":[{"namespace":"device","value":"tv"}]}""", 200);
        }

        var kept = (await world.People.Find(null, "vb", default))!.Value.ToString();
        var before = (await world.Documents()).Where(d => d.Store == "identity" && d.Document.Partition == kept).ToDictionary(d => d.Document.Id, d => d.Document.Expires);
        Assert.NotEmpty(before);
        await world.Ask(PrivacyWorld.Erasure("r", "\"visitor\":\"va\""));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        var after = (await world.Documents()).Where(d => d.Store == "identity" && d.Document.Partition == kept).ToList();
        Assert.All(after, d => Assert.True(d.Document.Expires <= before[d.Document.Id], $"{d.Document.Id}: {before[d.Document.Id]} became {d.Document.Expires}"));
    }
}
