using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Storage;

namespace Personalization.Tests.Durable.Hub;

/// <summary>A hub as one process has it, over documents that outlive it, driven by hand.</summary>
internal sealed class World : IDisposable
{
    private readonly Meter meter = new("workflow tests");

    public World(FunctionTable table, IDocuments documents, TimeProvider clock, HubOptions? options = null)
    {
        Clock = clock;
        options ??= HubOptions.Read(new([]));
        Instances = new(documents, options, clock);
        Agenda = new(clock);
        Workflows = new EmbeddedWorkflows(Instances, Agenda, clock);
        Hub = new(table, Instances, Agenda, new(meter, clock, NullLogger<Invocations>.Instance), options, clock, meter, NullLogger<TaskHub>.Instance);
        Runner = new(Hub, Agenda, options, clock, NullLogger<HubRunner>.Instance);
    }

    public Instances Instances { get; }
    public Agenda Agenda { get; }
    public IWorkflows Workflows { get; }
    public TaskHub Hub { get; }
    public HubRunner Runner { get; }
    public TimeProvider Clock { get; }
    public Meter Meter => meter;

    public Task Settle(Func<int, int>? pick = null) => Runner.Settle(default, pick);

    /// <summary>The state of an instance, as text.</summary>
    public async Task<string> Standing(string instance) => await Workflows.Find(instance, default) is { } s ? $"{s.Status} {s.Output} {s.CustomStatus}".TrimEnd() : "none";

    public void Dispose() => meter.Dispose();

    /// <summary>An activity by what it makes of a text.</summary>
    public static Function Does(string name, Func<string, string?> act) => new(name, new Trigger.Activity((input, _) => new(act(input is null ? "" : JsonElement.Parse(input).ToString()) is { } r ? JsonSerializer.Serialize(r) : null)));

    public static Activity<string, string> Activity(string name) => new(name, Shapes.Default.String, Shapes.Default.String);

    public static Workflow<string, string> Workflow(string name, params Func<WorkflowContext, string, Task<string>>?[] programs) => new(name, Shapes.Default.String, Shapes.Default.String, programs);
}
