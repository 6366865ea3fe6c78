using System.Text.Json;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Triggers;

/// <summary>Whether the process lives and can work, and what it is.</summary>
internal static class HealthFunctions
{
    private static readonly byte[] Alive = """{"status":"live"}"""u8.ToArray();
    private static readonly byte[] AboutUs = JsonSerializer.SerializeToUtf8Bytes(new Home("Personalization.Functions", Hosting.Version.Text, "/health/ready", "/decisions/recommendations"), Json.Default.Home);

    public static IEnumerable<Function> All(IReadOnlyList<Dependency> dependencies) =>
    [
        // The host pings this path without a key to see whether the process answers.
        new("Home", new Trigger.Http("GET", "", Roles.Anyone, static _ => new(Answer.Ready(AboutUs)))),
        new("Live", new Trigger.Http("GET", "health/live", Roles.Anyone, static _ => new(Answer.Ready(Alive)))),
        new("Ready", new Trigger.Http("GET", "health/ready", Roles.Anyone, http => Check(http, dependencies))),
    ];

    private static async ValueTask<IResult> Check(HttpContext http, IReadOnlyList<Dependency> dependencies)
    {
        var states = await Task.WhenAll(dependencies.Select(d => d.State(http.RequestAborted)));
        var ready = states.All(s => s.Status == DependencyState.Ok);
        return Answer.Json(ready ? 200 : 503, new(ready ? "ready" : "not-ready", states), Json.Default.Readiness);
    }
}

internal sealed record Home(string Name, string Version, string Health, string Decisions);

internal sealed record Readiness(string Status, IReadOnlyList<DependencyState> Dependencies);
