using System.Collections.Concurrent;
using System.Net;
using Personalization.Tests.Hosting;
using static Personalization.Tests.Privacy.Requests.PrivacyCalls;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>What is sent under an id that was used before, and by others.</summary>
public sealed class RequestIdsTests
{
    [Fact]
    public async Task An_id_that_was_used_for_another_person_is_refused_also_after_that_person_is_gone()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Live("b", "vb");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        // Else whoever asks is told that b is erased, and shown a certificate.
        await world.Ask(PrivacyWorld.Erasure("r", "\"user\":\"b\""), 409);
    }

    [Fact]
    public async Task An_id_of_an_open_request_is_refused_for_another_also_after_an_erasure_emptied_it()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        await world.Live("b", "vb");
        await world.Ask("""{"id":"open","type":"access","user":"u"}""");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        Assert.Equal("identity_unverified", await world.Status("open"));
        await world.Ask("""{"id":"open","type":"access","user":"b"}""", 409);
    }

    // The request stays unverified, and the new token, which replaces the person's, is thrown away: it can only be denied.
    [Fact]
    public async Task A_request_another_party_vouches_for_is_not_left_unverified_with_a_token_nobody_has()
    {
        await using var world = await PrivacyWorld.Open();
        var asked = await world.Ask($$"""{"id":"{{Dsr}}","type":"access","user":"one"}""");
        var token = asked.GetProperty("verification").GetProperty("token").GetString();
        await world.Call("POST", "requests", Body("one", "access"), 201);
        if (await world.Status(Dsr) == "identity_unverified") await world.Do("verify", Dsr, $$"""{"token":"{{token}}"}""");
        Assert.NotEqual("identity_unverified", await world.Status(Dsr));
    }

    [Fact]
    public async Task The_old_way_has_one_version_in_all_its_answers()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "v1/opengdpr_requests", Body("one"), 201);
        var said = (await world.Call("GET", "v1/discovery", null, 200)).GetProperty("api_version").GetString();
        Assert.Equal(said, (await world.Call("GET", "v1/opengdpr_requests/{id}", null, 200, ("id", Dsr))).GetProperty("api_version").GetString());
    }

    // A request does not remember that it came the old way.
    [Fact]
    public async Task Whoever_asked_the_old_way_is_told_the_old_way()
    {
        var heard = new ConcurrentQueue<string>();
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var receiving = Task.Run(async () =>
        {
            var call = await listener.GetContextAsync();
            foreach (var name in call.Request.Headers.AllKeys) heard.Enqueue(name!);
            call.Response.Close();
        });
        await using var world = await PrivacyWorld.Open(("Privacy__CallbackHosts", "127.0.0.1"), ("Privacy__CallbackPrivate", "true"));
        await world.Call("POST", "v1/opengdpr_requests", Body("one", more: $",\"status_callback_urls\":[\"{address}told\"]"), 201);
        await world.Settle();
        await receiving;
        Assert.Contains("X-OpenGDPR-Signature", heard);
    }

    // A leap second is a time there (section 5.6), and none to .NET.
    [Theory, InlineData("2016-12-31T23:59:60Z")]
    public async Task A_time_that_is_one_of_RFC_3339_is_taken(string time)
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "requests", Body("one", time: time), 201);
    }

    // What the parser of .NET passes over, it passes over here: white space inside.
    [Theory, InlineData("2026-01-05T 08:00:00 Z"), InlineData("2026-01-05T08:00:00 +01:00")]
    public async Task A_time_that_is_none_of_RFC_3339_is_refused(string time)
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("POST", "requests", Body("one", time: time), 400);
    }
}
