using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Functions.Hosting;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Identity.Whole;

/// <summary>One person with a phone and a laptop, over the whole application.</summary>
public sealed class SeveralDevicesTests : IAsyncLifetime
{
    private const string All = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true}""";
    private const string Apart = """{"personalization":true,"sensitive":true,"crossDevice":false}""";

    private PrivacyWorld world = null!;
    private int events;

    public async Task InitializeAsync()
    {
        world = await PrivacyWorld.Open(("Tiers__Singleton", "0"));
        await world.Call("PUT", "catalog/items", """[{"id":"boot","category":"footwear"},{"id":"tent","category":"camping"},{"id":"lamp","category":"light"}]""", 200);
    }

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task What_is_refused_on_one_device_is_refused_on_the_other_at_the_next_decision()
    {
        await SignedIn(All);
        Assert.Equal(("singleton", null), await Decided("laptop"));
        await Says("phone", """{"personalization":false}""");
        Assert.Equal(("macro", "no-consent"), await Decided("laptop"));
        Assert.Equal((false, "person"), Purpose(await Consent("laptop"), "personalization"));
        Assert.Equal((false, "chosen"), Purpose(await Consent("phone"), "personalization"));
    }

    [Fact]
    public async Task Both_devices_speak_for_a_person_who_allows_that_and_each_for_itself_where_they_do_not()
    {
        await SignedIn(All);
        Assert.Equal(["boot", "tent"], await Seen("laptop"));
        await Says("phone", Apart);
        Assert.Equal(["tent"], await Seen("laptop"));
        Assert.Equal(["boot"], await Seen("phone"));
    }

    [Fact]
    public async Task Nothing_of_the_other_device_is_used_where_crossing_over_was_never_allowed()
    {
        await SignedIn("""{"personalization":true}""");
        Assert.Equal(["tent"], await Seen("laptop"));
        Assert.Equal(("singleton", null), await Decided("laptop"));
    }

    [Fact]
    public async Task A_later_yes_of_who_signed_in_holds_on_all_devices()
    {
        await SignedIn(All);
        await Says("phone", """{"personalization":false}""");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var answer = await world.Call("PUT", "consent", """{"user":"ann","purposes":{"personalization":true},"source":"s","noticeVersion":"1"}""", 200);
        Assert.Equal((true, "chosen"), Purpose(answer, "personalization"));
        Assert.Equal(("singleton", null), await Decided("laptop"));
    }

    [Fact]
    public async Task An_undone_merge_leaves_each_with_its_own_word_and_what_came_meanwhile()
    {
        foreach (var device in new[] { "phone", "laptop" }) await Says(device, All);
        await Views("phone", "boot");
        await Views("laptop", "tent");
        var id = await Merge("phone", "laptop");
        await Views("phone", "lamp");
        Assert.Equal(["boot", "lamp", "tent"], await Seen("laptop"));
        await Says("phone", """{"personalization":false}""");
        Assert.Equal(("macro", "no-consent"), await Decided("laptop"));
        await world.Call("DELETE", "identity/merges/{id}", null, 202, ("id", id));
        await world.Settle();
        Assert.Equal(("singleton", null), await Decided("laptop"));
        Assert.Equal(["tent"], await Seen("laptop"));
        Assert.Equal((true, "chosen"), Purpose(await Consent("laptop"), "personalization"));
        Assert.Empty(await Carried());
    }

    [Fact]
    public async Task The_vault_opens_for_the_person_as_a_whole_and_not_at_all_once_one_device_refuses()
    {
        await SignedIn(All);
        await Sends("purchase", "phone", "boot", ",\"value\":50,\"currency\":\"EUR\"");
        await Sends("purchase", "laptop", "tent", ",\"value\":50,\"currency\":\"EUR\"");
        var read = await Vault("laptop", 200);
        Assert.Equal(["boot", "tent"], read.GetProperty("purchases").GetProperty("items").EnumerateArray().Select(i => i.GetString()!).Order(StringComparer.Ordinal));
        await Says("phone", """{"sensitive":false}""");
        await Vault("laptop", 403);
        Assert.Equal((true, false), (await Look("laptop", f => f.Profile is not null), await Look("laptop", f => f.Vault is not null)));
    }

    [Fact]
    public async Task Nothing_says_who_was_one_person_after_they_are_erased()
    {
        await SignedIn(All);
        Assert.Equal(3, (await Carried()).Count);
        await world.Ask(PrivacyWorld.Erasure("r", "\"user\":\"ann\""));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        Assert.Empty(await Carried());
    }

    [Fact]
    public async Task Somebody_known_once_carries_nothing_and_is_all_there_is_of_them()
    {
        await Says("phone", All);
        await Views("phone", "boot");
        Assert.Empty(await Carried());
        Assert.Equal(world.People.Of(null, "phone"), Assert.Single(await Look("phone", f => f.Members.ToList())));
    }

    private async Task SignedIn(string purposes)
    {
        await world.Call("PUT", "consent", $$"""{"user":"ann","purposes":{{purposes}},"source":"s","noticeVersion":"1"}""", 200);
        foreach (var (device, item) in new[] { ("phone", "boot"), ("laptop", "tent") })
        {
            await Says(device, purposes);
            await Views(device, item);
            await Sends("view", device, item, ",\"user\":\"ann\"");
        }

        Assert.Equal(3, await Look("laptop", f => f.Members.Count));
    }

    private Task<JsonElement> Says(string device, string purposes) => world.Call("PUT", "consent", $$"""{"visitor":"{{device}}","purposes":{{purposes}},"source":"s","noticeVersion":"1"}""", 200);

    private Task<JsonElement> Consent(string device) => Get("GetConsent", 200, http => http.Request.QueryString = new($"?visitor={device}"));

    private async Task<JsonElement> Get(string function, int expected, Action<HttpContext> ask)
    {
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        http.Response.Body = answer;
        ask(http);
        await (await ((Trigger.Http)world.Parts.Table.Find(function)!.Trigger).Handle(http)).ExecuteAsync(http);
        Assert.Equal(expected, http.Response.StatusCode);
        return JsonElement.Parse(answer.ToArray());
    }

    private Task Views(string device, string item) => Sends("view", device, item);

    private async Task Sends(string type, string device, string item, string more = "")
    {
        await world.Call("POST", "events", Sending.View($"e{events++}", device, item, All, more).Replace("view", type, StringComparison.Ordinal), 202);
        await world.Apply();
    }

    private async Task<(string?, string?)> Decided(string device)
    {
        var answer = await world.Call("POST", "decisions/recommendations", $$"""{"visitor":"{{device}}","kind":"for-you","count":3}""", 200);
        return (answer.GetProperty("tier").GetString(), answer.TryGetProperty("fallbackReason", out var why) ? why.GetString() : null);
    }

    private Task<List<string>> Seen(string device) => Look(device, found =>
    {
        var now = FeatureInput.Seconds(world.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        return new[] { "boot", "lamp", "tent" }.Where(i => found.Profile!.Recent.Contains(ItemKey.Of(i), now)).ToList();
    });

    private async Task<T> Look<T>(string device, Func<FoundPerson, T> at)
    {
        var lookup = new ProfileLookup(world.Raw, world.People, ConsentPolicy.Read(new([])), world.Clock, TimeSpan.FromSeconds(5));
        var found = await lookup.Find(null, device, default);
        try { return at(found); }
        finally { lookup.Return(found); }
    }

    private async Task<JsonElement> Vault(string device, int expected)
    {
        var pass = (await world.Call("POST", "vault/passes", $$"""{"visitor":"{{device}}","purpose":"personalization"}""", 201)).GetProperty("pass").GetString()!;
        return await Get("ReadVault", expected, http => http.Request.Headers["x-vault-pass"] = pass);
    }

    private async Task<string> Merge(string from, string into)
    {
        var asked = await world.Call("POST", "identity/merges", $$"""{"from":{"namespace":"visitor","value":"{{from}}"},"into":{"namespace":"visitor","value":"{{into}}"} }""", 202);
        await world.Settle();
        return asked.GetProperty("id").GetString()!;
    }

    private async Task<IReadOnlyList<string>> Carried() => [.. (await world.Documents()).Where(d => d.Store == WholePersons.Store.Name).Select(d => d.Document.Partition)];

    private static (bool, string?) Purpose(JsonElement answer, string purpose)
    {
        var said = answer.GetProperty("purposes").GetProperty(purpose);
        return (said.GetProperty("granted").GetBoolean(), said.GetProperty("why").GetString());
    }
}
