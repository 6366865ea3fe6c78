using System.Net;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Identity.Graph;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Hosting;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Identity.Merging;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Triggers;

/// <summary>Who is who, over the wire.</summary>
public sealed class IdentityFunctionsTests : IAsyncLifetime
{
    private readonly ManualClock clock = new(Behaviour.Start.AddMinutes(30));
    private State state = null!;
    private Composition parts = null!;
    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        state = await State.InMemory(Composition.Stores, clock);
        parts = Composition.Build(AppOptions.Read(new([])), state, clock);
        server = await RunningServer.UnderTheHost(parts.Table, [.. Calling.Roles.Select(r => ($"Auth__Keys__{char.ToUpperInvariant(r.Name[0])}{r.Name[1..]}", r.Key))]);
        await parts.Catalogue.Upsert([.. Behaviour.Catalogue.All.Select(i => i.Item)], default);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        parts.Meter.Dispose();
        await state.DisposeAsync();
    }

    [Fact]
    public async Task A_subject_is_told_with_its_links_evidence_epochs_merges_and_cases()
    {
        var linker = new Linker(new(state.Documents, clock), Folk.Rules);
        await linker.Store([Behaviour.Person(0)], [new Linked(Behaviour.Start, Behaviour.Person(0), 0xbeef, new("user", 0xfeed, true, Behaviour.Start))], "2026-01", null, default);
        await linker.Store([Behaviour.Person(0), Behaviour.Person(1)], [new Linked(Behaviour.Start, Behaviour.Person(0), 7, Folk.Seen("device")), new Linked(Behaviour.Start, Behaviour.Person(2), 7, Folk.Seen("device"))], "2026-02", null, default);
        await linker.Store([Behaviour.Person(0), Behaviour.Person(1)], [new Merged(Behaviour.Start, "m1", Behaviour.Person(0), Behaviour.Person(1), Folk.Signed("user"))], "", null, default);
        await linker.Store([Behaviour.Person(0), Behaviour.Person(2)], [new Quarantined(Behaviour.Start, "c1", Behaviour.Person(0), Behaviour.Person(2), QuarantineReason.WasUnmerged, null, Folk.Signed("user"))], "", null, default);
        var told = await Read(Behaviour.Person(0).ToString());
        Assert.Equal(Texts(Behaviour.Person(0), Behaviour.Person(1)), Strings(told, "members"));
        Assert.Equal(["2026-01", "2026-02"], Strings(told, "epochs"));
        var link = told.GetProperty("links").EnumerateArray().Single(l => l.GetProperty("namespace").GetString() == "user");
        Assert.Equal(("000000000000beef", "000000000000feed"), (link.GetProperty("link").GetString(), link.GetProperty("first").GetProperty("source").GetString()));
        Assert.Equal(["2026-01"], Strings(link, "epochs"));
        Assert.Equal(["device", "user"], told.GetProperty("confidence").EnumerateArray().Select(c => c.GetProperty("namespace").GetString()!));
        Assert.Equal(Texts(Behaviour.Person(2)), Strings(Assert.Single(told.GetProperty("likely").EnumerateArray()), "members"));
        Assert.Equal(("m1", "active"), Assert.Single(told.GetProperty("merges").EnumerateArray()) is var m ? (m.GetProperty("id").GetString(), m.GetProperty("status").GetString()) : default);
        Assert.Equal(("wasUnmerged", "open"), Assert.Single(told.GetProperty("cases").EnumerateArray()) is var c ? (c.GetProperty("why").GetString(), c.GetProperty("status").GetString()) : default);
        Assert.Equal(5, told.GetProperty("log").GetArrayLength());
        Assert.Equal(told.GetProperty("graphHash").GetString(), (await Read(Behaviour.Person(1).ToString())).GetProperty("graphHash").GetString());
    }

    [Fact]
    public async Task Every_value_is_told_with_its_source_policy_and_purposes_and_the_vaults_without_what_it_is()
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        var (view, bought) = (Behaviour.Event(EventType.View, null, 0, 4) with { Policy = 3 }, Behaviour.Event(EventType.Purchase, null, 0, 1) with { Policy = 5, Value = 12 });
        Behaviour.Fold(profile, vault, view, bought);
        profile.Consent = new(Vote.No(Purposes.Sensitive), 1, Behaviour.Start);
        await Put(Profile.Store, Profile.Id, profile);
        await Put(VaultFeatures.Store, VaultFeatures.Id, vault);
        await new ConsentLedger(state.Ledger).Append(Behaviour.Person(0), 0, Sides.Row(1, Purposes.Personalization, Purposes.Sensitive), default);
        var told = await Read(Behaviour.Person(0).ToString());
        var all = told.GetProperty("attributes").EnumerateArray().ToList();
        var category = all.Single(a => a.GetProperty("feature").GetString() == "category-affinity");
        Assert.Equal(("category1", 1.0, $"{view.Id:x16}", 3, false), (category.GetProperty("about").GetString(), Math.Round(category.GetProperty("value").GetDouble(), 2), category.GetProperty("source").GetString(), category.GetProperty("policyVersion").GetInt32(), category.GetProperty("refused").GetBoolean()));
        Assert.Equal("item4", all.Single(a => a.GetProperty("feature").GetString() == "recent-items").GetProperty("about").GetString());
        Assert.Equal("explanation", Assert.Single((await server.Call(RunningServer.ComplianceKey, "GET", "/audit/entries?type=vault-read")).GetProperty("entries").EnumerateArray()).GetProperty("open").GetProperty("purpose").GetString());
        var kept = all.Where(a => a.GetProperty("keptIn").GetString() == "vault").ToList();
        Assert.NotEmpty(kept);
        Assert.All(kept, a => Assert.Equal(($"{bought.Id:x16}", 5, true, false, false, false), (
            a.GetProperty("source").GetString(), a.GetProperty("policyVersion").GetInt32(), a.GetProperty("refused").GetBoolean(),
            a.TryGetProperty("value", out _), a.TryGetProperty("about", out _), a.TryGetProperty("name", out _))));
        Assert.Equal(["sensitive"], Strings(told.GetProperty("consent"), "denied"));
    }

    [Fact]
    public async Task Somebody_nobody_knows_is_not_found_and_what_is_no_subject_is_refused()
    {
        var missing = await Read(new string('a', 32), HttpStatusCode.NotFound);
        Assert.Equal("urn:personalization:problem:no-such-subject", missing.GetProperty("type").GetString());
        foreach (var bad in new[] { "a", new string('g', 32), new string('A', 32), new string('a', 33), "%20" + new string('a', 31), "quarantines" })
            Assert.Equal("subject", (await Read(bad, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Open_cases_are_listed_page_by_page_and_reviewed_ones_on_demand()
    {
        var linker = new Linker(new(state.Documents, clock), Folk.Rules);
        for (var i = 0; i < 5; i++)
        {
            var (one, other) = (Behaviour.Person(2 * i), Behaviour.Person((2 * i) + 1));
            await linker.Store([one, other], [new Quarantined(Behaviour.Start, $"c{i}", one, other, QuarantineReason.UniqueConflict, "user", Folk.Signed("user"))], "", null, default);
            if (i == 0) await linker.Store([one, other], [new Reviewed(Behaviour.Start, "c0", ReviewVerdict.Apart, "sisters")], "", null, default);
        }

        Assert.Equal(["c1", "c2", "c3", "c4"], await Cases(""));
        Assert.Equal(["c0", "c1", "c2", "c3", "c4"], await Cases("status=all&"));
        foreach (var (query, field) in new[] { ("max=0", "max"), ("max=x", "max"), ("status=some", "status"), ("next=%00", "next") })
            Assert.Equal(field, (await server.Call(RunningServer.ComplianceKey, "GET", $"/identity/quarantine?{query}", null, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Compliance_may_and_nobody_else()
    {
        Assert.Equal(["compliance"], await server.AllowedTo("GET", "/identity/" + new string('a', 32)));
        Assert.Equal(["compliance"], await server.AllowedTo("GET", "/identity/quarantine"));
    }

    private async Task<List<string>> Cases(string query)
    {
        var (found, next) = (new List<string>(), "");
        do
        {
            var page = await server.Call(RunningServer.ComplianceKey, "GET", $"/identity/quarantine?{query}max=2{next}");
            found.AddRange(page.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("case").GetString()!));
            next = page.TryGetProperty("next", out var more) ? $"&next={Uri.EscapeDataString(more.GetString()!)}" : "";
        }
        while (next.Length > 0);
        return [.. found.Order(StringComparer.Ordinal)];
    }

    private async Task Put(Store store, string id, FeatureDocument document) =>
        await state.Documents.Put(store, Behaviour.Person(0).ToString(), id, Behaviour.Bytes(document), Condition.None, null, default);

    private Task<JsonElement> Read(string subject, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.ComplianceKey, "GET", $"/identity/{subject}", null, expected);

    private static string[] Texts(params Personalization.Identity.Subject[] subjects) => [.. subjects.Select(s => s.ToString()).Order(StringComparer.Ordinal)];

    private static string[] Strings(JsonElement from, string name) => [.. from.GetProperty(name).EnumerateArray().Select(s => s.GetString()!)];
}
