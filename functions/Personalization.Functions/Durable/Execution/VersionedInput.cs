using System.Globalization;
using System.Text.Json;

namespace Personalization.Functions.Durable.Execution;

/// <summary>
/// The input of an instance and the version of the program it began with, as {"v":1,"in":…}. It stands in the first event of
/// the history, so every turn finds the same.
/// </summary>
internal static class VersionedInput
{
    public static string Write(int version, string input) => string.Create(CultureInfo.InvariantCulture, $$"""{"v":{{version}},"in":{{input}}}""");

    public static (int Version, T Input) Read<T>(string? text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            using var document = JsonDocument.Parse(text ?? "null");
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("v", out var v) && v.TryGetInt32(out var version) && version > 0 && root.TryGetProperty("in", out var input))
                return (version, input.Deserialize(type)!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) { }
        // Not by quoting it: whoever started the instance past us may have put anything there.
        throw new InvalidDataException("The input is not one of this workflow.");
    }

    /// <summary>The programs of a workflow as one that picks the version an instance began with.</summary>
    public static RawProgram Program<TIn, TOut>(Workflow<TIn, TOut> workflow) => (run, text) =>
    {
        var (version, input) = Read(text, workflow.In);
        var program = workflow.Programs.ElementAtOrDefault(version - 1) ?? throw new UnservedVersionException(workflow.Name, version);
        run.Newest = workflow.Programs.Count;
        return Run(program, run, input);

        async Task<string?> Run(Func<WorkflowContext, TIn, Task<TOut>> program, Replay run, TIn input) =>
            JsonSerializer.Serialize(await program(run, input), workflow.Out);
    };
}

/// <summary>
/// An instance began with a version of its program that this build does not have, newer or retired. It is not failed for that:
/// it waits for a build that has it.
/// </summary>
internal sealed class UnservedVersionException(string workflow, int version)
    : Exception($"This build does not run version {version} of {workflow}; deploy one that does, or terminate the instance.")
{
    public int Version { get; } = version;
}
