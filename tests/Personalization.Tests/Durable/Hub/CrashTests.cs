namespace Personalization.Tests.Durable.Hub;

/// <summary>A process dies before or after any of its calls: another goes on, and in the end nothing shows of it.</summary>
public sealed class CrashTests
{
    public static TheoryData<string> Names => new(Scenarios.All.Select(s => s.Name));

    [Theory, MemberData(nameof(Names))]
    public async Task Dying_once_at_any_call_changes_nothing(string name)
    {
        var scenario = Scenarios.All.Single(s => s.Name == name);
        var undisturbed = await scenario.Play([]);
        Assert.DoesNotContain("Running", undisturbed.Standing, StringComparison.Ordinal);
        for (var at = 0; at < undisturbed.Calls; at++)
        {
            await Same(scenario, undisturbed, [(at, false)]);
            await Same(scenario, undisturbed, [(at, true)]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Dying_twice_changes_nothing(string name)
    {
        var scenario = Scenarios.All.Single(s => s.Name == name);
        var undisturbed = await scenario.Play([]);
        var random = new Random(20261121);
        for (var i = 0; i < 150; i++)
            await Same(scenario, undisturbed, [(random.Next(undisturbed.Calls), random.Next(2) == 0), (random.Next(undisturbed.Calls), random.Next(2) == 0)], random.Next);
    }

    private static async Task Same(Scenario scenario, Ending undisturbed, IReadOnlyList<(int, bool)> deaths, Func<int, int>? pick = null)
    {
        var ending = await scenario.Play(deaths, pick);
        var which = $"{scenario} with deaths at {string.Join(", ", deaths)}";
        Assert.True(undisturbed.Standing == ending.Standing, $"{which}:\n{ending.Standing}\ninstead of\n{undisturbed.Standing}");
        Assert.True(undisturbed.Effects.SequenceEqual(ending.Effects), $"{which} did {string.Join(", ", ending.Effects)}");
    }
}
