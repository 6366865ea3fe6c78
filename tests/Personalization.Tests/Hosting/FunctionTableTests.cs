using Personalization.Functions.Hosting;

namespace Personalization.Tests.Hosting;

/// <summary>A table that the Functions host would misread is refused when it is built.</summary>
public sealed class FunctionTableTests
{
    [Theory]
    [InlineData("lower", "things", "not a capitalised name")]
    [InlineData("With-Dash", "things", "not a capitalised name")]
    [InlineData("Host", "things", "keeps for itself")]
    [InlineData("Good", "things/{*rest}", "catch-all")]
    [InlineData("Good", "models/{id}:promote", "not a whole segment")]
    [InlineData("Good", "rules:simulate", "colon")]
    [InlineData("Good", "administration/x", "keeps for itself")]
    [InlineData("Good", "runtime/x", "keeps for itself")]
    [InlineData("Good", "good", "envelope path")]
    [InlineData("Good", "{anything}", "envelope path")]
    public void Refuses_a_name_or_route_the_host_would_misread(string name, string route, string why) =>
        Assert.Contains(why, Fault(Get(name, route)), StringComparison.Ordinal);

    [Fact]
    public void Refuses_two_functions_of_one_name() =>
        Assert.Contains("declared twice", Fault(Get("Twice", "a"), Get("Twice", "b")), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_parameter_route_whose_name_sorts_before_the_literal_one() =>
        Assert.Contains("would send calls for 'Zebra' to 'Ape'", Fault(Get("Ape", "models/{id}"), Get("Zebra", "models/champion")), StringComparison.Ordinal);

    [Fact]
    public void Accepts_a_literal_route_whose_name_sorts_first() =>
        Assert.Equal(2, new FunctionTable([Get("Ape", "models/champion"), Get("Zebra", "models/{id}")]).All.Count);

    [Fact]
    public void Accepts_overlapping_routes_of_different_methods() =>
        Assert.Equal(2, new FunctionTable([Get("Ape", "models/{id}"), new("Zebra", new Trigger.Http("POST", "models/champion", Roles.Anyone, null!))]).All.Count);

    [Fact]
    public void Refuses_a_schedule_that_is_none() =>
        Assert.Contains("six fields", Fault(new Function("Tick", new Trigger.Timer("* * * * *", (_, _) => default))), StringComparison.Ordinal);

    private static Function Get(string name, string route) => new(name, new Trigger.Http("GET", route, Roles.Anyone, null!));

    private static string Fault(params Function[] functions) => Assert.Throws<ArgumentException>(() => new FunctionTable(functions)).Message;
}
