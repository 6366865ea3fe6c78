using System.Text.Json;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Hosting;
using Personalization.Tests.Privacy.Requests;
using Personalization.Tests.Triggers;

namespace Personalization.Tests.Workflows;

/// <summary>Somebody who does not exist lives, is erased and looked for.</summary>
public sealed class DrillWorkflowTests
{
    [Fact]
    public async Task A_drill_finds_the_person_before_and_nowhere_after_and_says_so_in_the_audit_log()
    {
        await using var world = await PrivacyWorld.Open();
        var id = await Begin(world);
        await world.Apply();
        await Until(world, id, days: 10);
        var drill = await Look(world, id);
        Assert.Equal("Passed", drill.GetProperty("status").GetString());
        Assert.True(Hits(drill, "before") > 3);
        Assert.Equal(0, Hits(drill, "after"));
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "stats" && d.Document.Partition is "tallies" or "popularity" or "viewed" or "bought");
        var told = (await world.Call("GET", "audit/entries", null, 200)).GetProperty("entries").EnumerateArray().Single(e => e.GetProperty("type").GetString() == "drill-ended").GetProperty("open");
        Assert.Equal((id, "Passed", "0"), (told.GetProperty("drill").GetString(), told.GetProperty("outcome").GetString(), told.GetProperty("after").GetString()));
    }

    [Fact]
    public async Task A_drill_whose_events_never_become_features_proves_nothing_and_says_so()
    {
        await using var world = await PrivacyWorld.Open();
        var id = await Begin(world);
        await Until(world, id, days: 10);
        Assert.Equal("NotSeen", (await Look(world, id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_an_erasure_would_forget_to_delete_fails_the_drill()
    {
        await using var world = await PrivacyWorld.Open();
        var id = await Begin(world);
        await world.Apply();
        await world.Settle();
        // Somebody keeps a copy where no erasure looks.
        await world.Raw.Put(Personalization.Catalog.Catalogue.Store, "catalogue", "copy", System.Text.Encoding.UTF8.GetBytes($"nobody-user-{id}"), Condition.None, null, default);
        await Until(world, id, days: 25);
        var drill = await Look(world, id);
        Assert.Equal("Left", drill.GetProperty("status").GetString());
        Assert.Equal("items", Assert.Single(drill.GetProperty("after").EnumerateArray(), s => s.GetProperty("hits").GetInt64() > 0).GetProperty("store").GetString());
    }

    [Fact]
    public async Task A_drill_gives_the_leave_that_staff_would_have_to_give()
    {
        await using var world = await PrivacyWorld.Open(("Privacy__Approve", "erasure"));
        var id = await Begin(world);
        await world.Apply();
        await Until(world, id, days: 10);
        Assert.Equal("Passed", (await Look(world, id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_erasure_that_is_cancelled_fails_the_drill()
    {
        await using var world = await PrivacyWorld.Open();
        var id = await Begin(world);
        // Somebody else is at work on them, so the request waits.
        Assert.True(await new Holds(world.Raw).Take([(await world.People.Find($"nobody-user-{id}", null, default))!.Value], "somebody else", default));
        await world.Apply();
        for (var second = 0; second < 40; second++) await world.Pass(TimeSpan.FromSeconds(1));
        await world.Cancel($"drill-{id}");
        await Until(world, id, days: 2);
        Assert.Equal("NotErased", (await Look(world, id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Drills_and_proofs_of_retention_are_for_compliance_and_operators()
    {
        await using var server = await RunningServer.WithKeys();
        foreach (var (method, path) in new[] { ("POST", "/privacy/drills"), ("GET", "/privacy/drills"), ("GET", "/privacy/drills/x"), ("POST", "/privacy/retention"), ("GET", "/privacy/retention") })
            Assert.Equal(["compliance", "operator"], await server.AllowedTo(method, path));
        var report = await server.Call(RunningServer.OperatorKey, "POST", "/privacy/retention");
        Assert.Equal(0, report.GetProperty("beyond").GetInt64());
        Assert.Contains(Profile.Store.Name, report.GetProperty("stores").EnumerateArray().Select(s => s.GetProperty("store").GetString()));
        await server.Call(RunningServer.OperatorKey, "GET", "/privacy/drills/unknown", expected: System.Net.HttpStatusCode.NotFound);
        await server.Call(RunningServer.OperatorKey, "GET", "/privacy/drills?max=0", expected: System.Net.HttpStatusCode.BadRequest);
    }

    private static async Task<string> Begin(PrivacyWorld world)
    {
        var id = (await world.Call("POST", "privacy/drills", null, 202)).GetProperty("id").GetString()!;
        await world.Settle();
        return id;
    }

    private static async Task Until(PrivacyWorld world, string id, int days)
    {
        for (var minute = 0; minute < 60; minute++) await world.Pass(TimeSpan.FromMinutes(1));
        for (var hour = 0; hour < days * 24 && (await Look(world, id)).GetProperty("status").GetString() == "Running"; hour++) await world.Pass(TimeSpan.FromHours(1));
    }

    private static Task<JsonElement> Look(PrivacyWorld world, string id) => world.Call("GET", "privacy/drills/{id}", null, 200, ("id", id));

    private static long Hits(JsonElement drill, string when) => drill.GetProperty(when).EnumerateArray().Sum(s => s.GetProperty("hits").GetInt64());
}
