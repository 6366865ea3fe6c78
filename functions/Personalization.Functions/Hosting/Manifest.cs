using System.Text.Json;

namespace Personalization.Functions.Hosting;

/// <summary>Writes what the Functions host reads: one folder per function with one function.json, and nothing else in it.</summary>
public static class Manifest
{
    public const string File = "function.json";

    public static void Write(FunctionTable table, string directory)
    {
        foreach (var stale in Folders(directory).Where(f => table.Find(Path.GetFileName(f)) is null)) Directory.Delete(stale, recursive: true);
        foreach (var f in table.All)
        {
            var folder = Directory.CreateDirectory(Path.Combine(directory, f.Name)).FullName;
            System.IO.File.WriteAllText(Path.Combine(folder, File), Json(f));
        }
    }

    public static string Json(Function f) =>
        JsonSerializer.Serialize(new FunctionManifest(Bindings(f.Trigger), Retry(f.Trigger)), Functions.Json.Readable.FunctionManifest) + "\n";

    private static IEnumerable<string> Folders(string directory) =>
        Directory.GetDirectories(directory).Where(d => Directory.GetFileSystemEntries(d) is [var only] && Path.GetFileName(only) == File);

    private static Binding[] Bindings(Trigger trigger) => trigger switch
    {
        Trigger.Http h => [HttpIn(h), .. Client(h.DurableClient), HttpOut],
        Trigger.Events e => [EventsIn(e)],
        Trigger.Timer t => [new() { Type = "timerTrigger", Direction = "in", Name = BindingNames.Timer, Schedule = t.Schedule, UseMonitor = true }, .. Client(t.DurableClient)],
        Trigger.Warmup => [new() { Type = "warmupTrigger", Direction = "in", Name = BindingNames.Warmup }],
        Trigger.Orchestration => [new() { Type = "orchestrationTrigger", Direction = "in", Name = BindingNames.Context }],
        Trigger.Activity a => [new() { Type = "activityTrigger", Direction = "in", Name = BindingNames.Input }, .. Client(a.DurableClient)],
        _ => throw new InvalidOperationException("A new kind of trigger needs its bindings."),
    };

    private static readonly Binding HttpOut = new() { Type = "http", Direction = "out", Name = BindingNames.Response };
    private static readonly Binding DurableClient = new() { Type = "durableClient", Direction = "in", Name = BindingNames.Client };

    private static Binding[] Client(bool wanted) => wanted ? [DurableClient] : [];

    // Staff functions carry the host's key check as a second lock; frontends hold our own key only.
    private static Binding HttpIn(Trigger.Http h) => new()
    {
        Type = "httpTrigger", Direction = "in", Name = BindingNames.Request,
        AuthLevel = h.Roles == Roles.Anyone || h.Roles.HasFlag(Roles.Frontend) ? "anonymous" : "function",
        Methods = [.. h.Methods.Select(m => m.ToLowerInvariant())],
        Route = h.Route.Length == 0 ? "/" : h.Route,
    };

    // dataType string: without it one event that is not JSON fails its whole batch before we are called.
    private static Binding EventsIn(Trigger.Events e) => new()
    {
        Type = "eventHubTrigger", Direction = "in", Name = BindingNames.Events, EventHubName = e.Hub.Name, ConsumerGroup = "$Default",
        Connection = "EventHubConnection", Cardinality = "many", DataType = "string",
    };

    // The host moves its checkpoint also when a delivery failed; only a retry without end keeps the batch.
    private static RetryPolicy? Retry(Trigger trigger) => trigger switch
    {
        Trigger.Events => new("exponentialBackoff", -1, "00:00:01", "00:01:00"),
        // A crash or a 500 of one turn would otherwise fail the whole orchestration; what only another build can cure waits for it.
        Trigger.Orchestration => new("exponentialBackoff", -1, "00:00:01", "00:01:00"),
        _ => null,
    };
}

/// <summary>The names that function.json and our decoding of envelopes share.</summary>
internal static class BindingNames
{
    public const string Request = "req";
    public const string Response = "res";
    public const string Client = "client";
    public const string Events = "events";
    public const string Timer = "timer";
    public const string Warmup = "warmupContext";
    public const string Context = "context";
    public const string Input = "input";
}

internal sealed record FunctionManifest(IReadOnlyList<Binding> Bindings, RetryPolicy? Retry);

internal sealed record RetryPolicy(string Strategy, int MaxRetryCount, string MinimumInterval, string MaximumInterval);

internal sealed record Binding
{
    public required string Type { get; init; }
    public required string Direction { get; init; }
    public required string Name { get; init; }
    public string? AuthLevel { get; init; }
    public IReadOnlyList<string>? Methods { get; init; }
    public string? Route { get; init; }
    public string? EventHubName { get; init; }
    public string? ConsumerGroup { get; init; }
    public string? Connection { get; init; }
    public string? Cardinality { get; init; }
    public string? DataType { get; init; }
    public string? Schedule { get; init; }
    public bool? UseMonitor { get; init; }
}
