using System.IO.Compression;
using System.Text.Json;
using Personalization.Privacy.Exporting;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Privacy.Exporting;

/// <summary>What an export says, and of whom.</summary>
public sealed class ExportTroubleTests
{
    [Fact]
    public async Task An_export_of_two_goes_with_either_of_them()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("a", "va");
        await world.Live("b", "vb");
        await world.Ask("""{"id":"r","type":"access","user":"a","identities":[{"namespace":"user","value":"b"}]}""");
        await world.Settle();
        var blob = Assert.Single((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
        // Whose name the file does not carry.
        var a = new[] { await world.People.Find("a", null, default), await world.People.Find(null, "va", default) };
        var erased = a.Any(s => blob.Name.StartsWith(s!.Value.ToString(), StringComparison.Ordinal)) ? "b" : "a";
        await world.Ask(PrivacyWorld.Erasure("gone", $"\"user\":\"{erased}\""));
        await world.Finish(40);
        Assert.Equal("completed", await world.Status("gone"));
        Assert.Empty((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
    }

    [Fact]
    public async Task An_export_that_is_kept_too_long_is_seen_by_the_sweep()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Blobs.Put(Exports.Files, $"{new string('a', 32)}/left", new byte[] { 1, 2, 3 }, default);
        world.Clock.Advance(TimeSpan.FromDays(100));
        Assert.NotEqual(0, (await world.Call("POST", "privacy/retention", null, 200)).GetProperty("beyond").GetInt64());
    }

    [Fact]
    public async Task Whoever_was_parted_again_is_not_in_what_the_other_fetches()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        await Agree(world, "visitor", "w");
        var id = await Merge(world, """{"from":{"visitor":"w"},"into":{"user":"u"}}""");
        await Minutes(world, 5);
        Assert.Equal("active", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Settle();
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!["/privacy/exports/".Length..];
        await world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", id));
        await Minutes(world, 5);
        Assert.Equal("undone", (await world.Call("GET", "identity/merges/{id}", null, 200, ("id", id))).GetProperty("status").GetString());
        Assert.Equal(410, (await Fetch(world, link)).Status);
    }

    [Fact]
    public async Task Access_tells_of_the_cases_that_are_open_about_the_person()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        await world.Live("u2", "v2");
        await world.Call("POST", "identity/merges", """{"from":{"user":"u"},"into":{"user":"u2"}}""", 409);
        var open = (await world.Call("GET", "identity/quarantine", null, 200)).GetProperty("cases").EnumerateArray().First().GetProperty("case").GetString()!;
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Settle();
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!["/privacy/exports/".Length..];
        using var zip = new ZipArchive(new MemoryStream((await Fetch(world, link)).Body));
        var data = JsonElement.Parse(await new StreamReader(zip.GetEntry("data.json")!.Open()).ReadToEndAsync());
        Assert.Contains(data.EnumerateObject().Where(p => p.Name != "members"), p => p.Value.GetRawText().Contains(open, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Access_does_not_say_that_single_clicks_are_not_kept_while_they_are()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Verify", "none"));
        await world.Live("u", "v");
        var people = new[] { (await world.People.Find("u", null, default))!.Value.ToString(), (await world.People.Find(null, "v", default))!.Value.ToString() };
        await world.Ask("""{"id":"r","type":"access","user":"u"}""");
        await world.Settle();
        var clicks = world.Storage.Stream.Everything(Personalization.Events.StreamedEvent.Hub).Count(r => people.Contains(r.Key));
        Assert.NotEqual(0, clicks);
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!["/privacy/exports/".Length..];
        using var zip = new ZipArchive(new MemoryStream((await Fetch(world, link)).Body));
        Assert.DoesNotContain("single clicks are not in it because they are not kept", await new StreamReader(zip.GetEntry("data.json")!.Open()).ReadToEndAsync(), StringComparison.Ordinal);
    }
}
