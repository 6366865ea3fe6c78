using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>The list of features, and of what they are made from.</summary>
public sealed class FeatureFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task Every_feature_is_listed_with_all_that_is_declared_of_it()
    {
        var listed = (await server.Call(RunningServer.MarketerKey, "GET", "/features")).GetProperty("features").EnumerateArray().ToDictionary(f => f.GetProperty("number").GetInt32());
        Assert.Equal(Features.All.Select(f => (int)f.Number).Order(), listed.Keys.Order());
        foreach (var declared in Features.All)
        {
            var f = listed[declared.Number];
            Assert.Equal((declared.Name, declared.Owner, declared.About), (f.GetProperty("name").GetString(), f.GetProperty("owner").GetString(), f.GetProperty("about").GetString()));
            Assert.Equal(declared.Purposes, PurposeNames.Parse([.. f.GetProperty("purposes").EnumerateArray().Select(p => p.GetString()!)]));
            Assert.Equal((declared.Freshness.TotalSeconds, declared.Expiry.TotalDays), (f.GetProperty("freshnessSeconds").GetDouble(), f.GetProperty("expiryDays").GetDouble()));
            Assert.Equal((declared.MaxBytes, Math.Round(declared.UsdPerMillion, 4)), (f.GetProperty("maxBytes").GetInt32(), f.GetProperty("usdPerMillionAMonth").GetDouble()));
            Assert.Equal(declared.Lineage.Select(t => t.Name()), f.GetProperty("lineage").EnumerateArray().Select(t => t.GetString()!));
            Assert.Equal(declared.Kept.ToString(), f.GetProperty("keptIn").GetString(), ignoreCase: true);
            Assert.Equal(declared.Sensitivity.ToString(), f.GetProperty("sensitivity").GetString(), ignoreCase: true);
        }

        var purchases = listed[22];
        Assert.Equal("""["personalization","sensitive"]""", purchases.GetProperty("purposes").GetRawText());
        Assert.Equal("vault", purchases.GetProperty("keptIn").GetString());
        Assert.Equal("""["purchase"]""", purchases.GetProperty("lineage").GetRawText());
        Assert.All(listed.Values, f => Assert.True(f.GetProperty("usdPerMillionAMonth").GetDouble() > 0));
    }

    [Fact]
    public async Task What_they_are_made_from_is_shown_type_by_type()
    {
        await server.Stock(("boot", "footwear"));
        Assert.Equal(0, (await server.Call(RunningServer.OperatorKey, "GET", "/features")).GetProperty("inputs").GetArrayLength());
        await server.Send([.. Enumerable.Range(0, 1000).Select(i => Sending.View($"e{i}", $"v{i % 50}", i % 4 == 0 ? "boot" : $"item{i % 100}", more: i % 5 == 0 ? ",\"session\":\"s\"" : ""))]);
        await server.Send([.. Enumerable.Range(0, 5).Select(i => Sending.View($"more{i}")), Sending.View("c").Replace("view", "click", StringComparison.Ordinal), Sending.View("dropped", consent: "{}")]);
        var inputs = (await server.Call(RunningServer.OperatorKey, "GET", "/features")).GetProperty("inputs").EnumerateArray().ToDictionary(i => i.GetProperty("type").GetString()!);
        Assert.Equal(["click", "view"], inputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1005, 1, 0), (inputs["view"].GetProperty("events").GetInt64(), inputs["click"].GetProperty("events").GetInt64(), inputs["view"].GetProperty("breaches").GetInt64()));
        var fields = inputs["view"].GetProperty("fields").EnumerateArray().ToDictionary(f => f.GetProperty("field").GetString()!, f => f.GetProperty("nullRate").GetDouble());
        Assert.Equal((0.8, 0.75, 1), (fields["session"], fields["item-known"], fields["query"]));
        Assert.InRange(inputs["view"].GetProperty("distinctItems").GetDouble(), 70, 82);
    }

    [Fact]
    public async Task Staff_may_and_frontends_may_not() => Assert.Equal(["marketer", "compliance", "operator"], await server.AllowedTo("GET", "/features"));
}
