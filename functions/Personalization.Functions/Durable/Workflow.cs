using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Hosting;

namespace Personalization.Functions.Durable;

/// <summary>
/// A process of many steps that survives everything: what it is called, what goes in and comes out, and how it is done.
/// An instance ends by the version of the program it began with; only new ones take the newest.
/// </summary>
/// <param name="Name">The function's.</param>
/// <param name="In">Its input. Kept in the history in clear, so it holds handles and nothing of a person.</param>
/// <param name="Out">Its result; the same holds.</param>
/// <param name="Programs">By version, from 1 on; null for one that nobody runs any more. The last is what new instances take.</param>
internal sealed record Workflow<TIn, TOut>(
    string Name, JsonTypeInfo<TIn> In, JsonTypeInfo<TOut> Out, params IReadOnlyList<Func<WorkflowContext, TIn, Task<TOut>>?> Programs)
{
    /// <summary>The function that takes its turns.</summary>
    public Function Function()
    {
        if (Programs is not [.., not null]) throw new InvalidOperationException($"{Name} has no program for new instances.");
        var program = VersionedInput.Program(this);
        return new(Name, new Trigger.Orchestration((request, _) => new(Turn.Take(request, program))));
    }
}

/// <summary>One step of a workflow that does something. It may be done again after a crash, so it must not matter how often.</summary>
/// <param name="Name">The function's.</param>
/// <param name="In">What it is told: handles and nothing of a person.</param>
/// <param name="Out">What comes back; the same holds.</param>
internal sealed record Activity<TIn, TOut>(string Name, JsonTypeInfo<TIn> In, JsonTypeInfo<TOut> Out)
{
    /// <summary>
    /// The function that does it. What may be expected to go wrong is a result; an exception means that it is to be tried again, as
    /// far as the program's retry goes.
    /// </summary>
    /// <param name="handle">What it calls.</param>
    /// <param name="durableClient">Whether it starts or tells instances of workflows itself.</param>
    public Function Does(Func<TIn, CancellationToken, ValueTask<TOut>> handle, bool durableClient = false) => new(Name, new Trigger.Activity(
        async (input, stop) => JsonSerializer.Serialize(await handle(input is null ? default! : JsonSerializer.Deserialize(input, In)!, stop), Out), durableClient));
}

/// <summary>Something an instance may be told from outside.</summary>
/// <param name="Name">Case does not matter.</param>
/// <param name="Type">What comes with it: nothing of a person.</param>
internal sealed record Signal<T>(string Name, JsonTypeInfo<T> Type);
