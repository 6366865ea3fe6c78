using System.Net;
using System.Text.Json;
using Personalization.Tests.Hosting;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Tests.Triggers;

/// <summary>Operators and compliance see what is left of the privacy budget; only operators begin another, and say why.</summary>
public sealed class PrivacyBudgetTests : IAsyncLifetime
{
    private static readonly PrivateOptions Options = PrivateOptions.Default;

    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys(("Training__Private__On", "true"));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Its_numbers_add_up_by_hand_also_after_a_renewal()
    {
        var fresh = await Get();
        Assert.Equal((true, 1, 1e-6, 0, 54, 0), (fresh.GetProperty("on").GetBoolean(), Number(fresh, "generation"), Number(fresh, "delta"), Number(fresh, "spent", "rho"), Number(fresh, "models"), fresh.GetProperty("releases").GetArrayLength()));
        Assert.Equal((2, 20), (Math.Round(Number(fresh, "next", "epsilon"), 6), Math.Round(Number(fresh, "most", "epsilon"), 6)));
        Assert.Equal(54, Math.Floor(Number(fresh, "most", "rho") / Number(fresh, "next", "rho")));
        await Spend(3);
        var spent = await Get();
        Assert.Equal(Number(spent, "spent", "rho"), spent.GetProperty("releases").EnumerateArray().Sum(r => r.GetProperty("rho").GetDouble()), 1e-12);
        Assert.Equal(Number(spent, "spent", "rho"), 3 * Number(spent, "next", "rho"), 1e-12);
        Assert.Equal((51, "model c"), (Number(spent, "models"), spent.GetProperty("releases")[0].GetProperty("what").GetString()));
        Assert.InRange(Number(spent, "spent", "epsilon"), 2, 6);

        var renewed = await Renew("""{"reason":"the shop has new people"}""");
        Assert.Contains("add up", renewed.GetProperty("givenUp").GetString(), StringComparison.Ordinal);
        await Spend(1);
        var after = await Get();
        Assert.False(after.TryGetProperty("givenUp", out _));
        Assert.Equal((2, 53), (Number(after, "generation"), Number(after, "models")));
        Assert.Equal(Number(after, "together", "rho"), Number(after, "spent", "rho") + Number(after.GetProperty("before")[0], "spent", "rho"), 1e-12);
        Assert.Equal((1, 3, "the shop has new people"), (Number(after.GetProperty("before")[0], "generation"), after.GetProperty("before")[0].GetProperty("releases").GetArrayLength(), after.GetProperty("before")[0].GetProperty("reason").GetString()));
        var told = await server.Call(RunningServer.ComplianceKey, "GET", "/audit/entries?type=budget-renewed");
        Assert.Contains("the shop has new people", told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_needs_a_reason_and_a_budget_that_is_used()
    {
        foreach (var body in new[] { "{}", """{"reason":" "}""", $$"""{"reason":"{{new string('x', 201)}}"}""" })
            Assert.Equal("reason", (await Renew(body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        Assert.EndsWith("budget-unspent", (await Renew("""{"reason":"r"}""", HttpStatusCode.Conflict)).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_and_compliance_see_it_and_operators_renew_it()
    {
        Assert.Equal(["compliance", "operator"], await server.AllowedTo("GET", "/training/budget"));
        Assert.Equal(["operator"], await server.AllowedTo("POST", "/training/budget/renew", """{"reason":"r"}"""));
    }

    private async Task Spend(int models)
    {
        foreach (var name in new[] { "a", "b", "c" }.Take(models)) Assert.IsType<Noted.Permitted>(await server.Parts.PrivacyBudget.Note($"model {name}", Options.Cost, default));
    }

    private static double Number(JsonElement from, params string[] path) => path.Aggregate(from, (e, name) => e.GetProperty(name)).GetDouble();

    private Task<JsonElement> Get() => server.Call(RunningServer.ComplianceKey, "GET", "/training/budget");

    private Task<JsonElement> Renew(string body, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.OperatorKey, "POST", "/training/budget/renew", body, expected);
}
