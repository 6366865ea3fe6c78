using System.Text.Json;

namespace Personalization.Functions.Durable.Hosted;

/// <summary>An instance as the host's management API shows it.</summary>
internal sealed record HostedInstance(string Name, string InstanceId, string RuntimeStatus, JsonElement? CustomStatus, JsonElement? Output, DateTimeOffset CreatedTime, DateTimeOffset LastUpdatedTime)
{
    public InstanceState State()
    {
        // A status this build does not know is one of an instance that has not ended.
        var status = Enum.TryParse<RunStatus>(RuntimeStatus, out var known) ? known : RunStatus.Running;
        return new(InstanceId, Name, status, Text(CustomStatus), status == RunStatus.Completed ? Text(Output) : Why(Output), CreatedTime, LastUpdatedTime);
    }

    private static string? Text(JsonElement? value) => value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } v ? v.GetRawText() : null;

    // Why it failed or was ended is a text, or an object around one where the function itself failed.
    private static string? Why(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } v => v.GetString(),
        { ValueKind: JsonValueKind.Object } v when v.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String => message.GetString(),
        _ => Text(value),
    };
}
