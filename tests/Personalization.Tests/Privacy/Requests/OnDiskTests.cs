using Personalization.Functions;
using Personalization.Identity;
using Personalization.Privacy.Erasing;
using Personalization.Storage;
using Personalization.Tests.Privacy.Erasing;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>What the files of a whole application know of somebody after they were erased by the calls that staff make.</summary>
public sealed class OnDiskTests : IDisposable
{
    private const string User = "somebody-who-has-an-account";
    private const string Browser = "browser-of-somebody";
    private const string Tablet = "tablet-of-somebody";

    private readonly Scratch scratch = new();

    [Fact]
    public async Task No_file_knows_anything_of_an_erased_person_the_task_hub_and_former_requests_among_them()
    {
        await using var world = await PrivacyWorld.OpenIn(scratch.Path, ("Privacy__Verify", "none"));
        await world.Live(User, Browser);
        await world.Call("PUT", "consent", $$"""{"visitor":"{{Tablet}}","purposes":{"personalization":true,"crossDevice":true},"source":"s","noticeVersion":"1"}""", 200);
        var markers = new Markers().Add(User, Browser, Tablet);
        foreach (var (user, visitor) in new[] { (User, (string?)null), (null, Browser), (null, Tablet) })
        {
            var subject = (await world.People.Find(user, visitor, default))!.Value;
            markers.Add(subject).Add((await new Links(world.Raw, world.Clock).Of(subject, default)).Values.SelectMany(rows => rows).Select(r => r.Alias));
        }

        await world.Call("POST", "identity/merges", $$"""{"from":{"visitor":"{{Tablet}}"},"into":{"user":"{{User}}"} }""", 202);
        await world.Settle();
        await world.Call("POST", "privacy/requests", $$"""{"id":"a","type":"access","user":"{{User}}"}""", 201);
        await world.Settle();
        Assert.Equal("completed", await world.Status("a"));
        Assert.NotEmpty(markers.In(scratch.Path));

        await world.Ask(PrivacyWorld.Erasure("r", $"\"user\":\"{User}\""));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        Assert.Equal(["profiles/profile", "profiles/profile", "profiles/profile"], markers.In(world.Storage, Composition.Stores));
        // Late events and the whole stream once more, then time for the tombstones to go.
        await world.Apply();
        world.Clock.Advance(StreamRetention.Of(Composition.Stores).Tombstone);
        await world.Settle();
        // Sweeps run beside this, and one that is under way when the last is due takes its place: the first may not be over.
        await world.Storage.Sweeping;
        await world.Pass(TimeSpan.FromHours(1));
        await world.Storage.Sweeping;
        await world.Storage.Compact(default);
        Assert.Empty(markers.In(scratch.Path));
        Assert.Empty(markers.In(world.Storage, Composition.Stores));
    }

    public void Dispose() => scratch.Dispose();
}
