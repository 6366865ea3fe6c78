using System.Text.Json;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;
using Personalization.Tests.Triggers;

namespace Personalization.Tests.Trust;

/// <summary>What a person withdraws is without effect in the very next decision.</summary>
public sealed class WithdrawalTests : IAsyncLifetime
{
    private const int People = 20;

    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.WithKeys();
        await server.Stock(("boot", "footwear"), ("sandal", "footwear"), ("tent", "camping"));
    }

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task The_next_decision_after_a_withdrawal_is_not_personal_and_says_why()
    {
        await server.Send([.. Enumerable.Range(0, People).SelectMany(p => new[] { Sending.View($"a{p}", $"v{p}"), Sending.View($"b{p}", $"v{p}", "tent") })]);
        await server.Applied(2 * People);
        for (var p = 0; p < People; p++)
        {
            var before = await Decide(p);
            Assert.Contains(Reasons(before), r => r.StartsWith("affinity:", StringComparison.Ordinal));
            Assert.False(before.TryGetProperty("fallbackReason", out _));
            await Consent(p, "personalization", false);
            var after = await Decide(p);
            Assert.DoesNotContain(Reasons(after), IsPersonal);
            Assert.Equal(("no-consent", "macro"), (after.GetProperty("fallbackReason").GetString(), after.GetProperty("tier").GetString()));
            Assert.NotEmpty(after.GetProperty("items").EnumerateArray());
        }
    }

    [Fact]
    public async Task A_new_consent_brings_nothing_back_that_was_withdrawn()
    {
        await server.Send(Sending.View("a", "v1"));
        await server.Applied(1);
        await Consent(1, "personalization", false);
        await Consent(1, "personalization", true);
        var later = await Decide(1);
        Assert.DoesNotContain(Reasons(later), IsPersonal);
        Assert.Equal("no-affinity", later.GetProperty("fallbackReason").GetString());
        await server.Send(Sending.View("b", "v1", "tent"));
        await server.Applied(2);
        Assert.Equal(["affinity:camping"], Reasons(await Decide(1)).Where(r => r.StartsWith("affinity:", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task What_came_from_a_third_party_goes_with_that_purpose_also_from_the_sums_it_was_added_to()
    {
        await Consent(1, "personalization", true);
        await Consent(1, "thirdParty", true);
        await server.Send(Sending.View("a", "v1", "boot", """{"personalization":true}""", ""","context":{"channel":"third-party"}"""));
        await server.Applied(1);
        Assert.Contains("affinity:footwear", Reasons(await Decide(1)));
        await Consent(1, "marketing", false);
        Assert.Contains("affinity:footwear", Reasons(await Decide(1)));
        await Consent(1, "thirdParty", false);
        Assert.DoesNotContain(Reasons(await Decide(1)), IsPersonal);
    }

    private static bool IsPersonal(string reason) => reason.StartsWith("affinity:", StringComparison.Ordinal) || reason == "seen-before";

    private static List<string> Reasons(JsonElement decision) =>
        [.. decision.GetProperty("items").EnumerateArray().SelectMany(i => i.GetProperty("reasons").EnumerateArray()).Select(r => r.GetString()!)];

    private Task<JsonElement> Decide(int person) => server.Call(RunningServer.FrontendKey, "POST", "/decisions/recommendations", $$"""{"visitor":"v{{person}}"}""");

    private Task<JsonElement> Consent(int person, string purpose, bool yes) => server.Call(RunningServer.FrontendKey, "PUT", "/consent",
        $$"""{"visitor":"v{{person}}","purposes":{"{{purpose}}":{{(yes ? "true" : "false")}}},"source":"s","noticeVersion":"1"}""");
}
