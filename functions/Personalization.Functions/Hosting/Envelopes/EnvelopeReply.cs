using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Functions.Hosting.Envelopes;

/// <summary>
/// The answer to an envelope. Always a JSON object with a JSON content type: an empty body, a 204 or a null would leave
/// the invocation hanging until its time limit.
/// </summary>
internal sealed record EnvelopeReply(
    [property: JsonPropertyName("Outputs")] IReadOnlyDictionary<string, HttpOutput> Outputs,
    [property: JsonPropertyName("Logs")] IReadOnlyList<string> Logs,
    [property: JsonPropertyName("ReturnValue")] JsonElement? ReturnValue)
{
    private static readonly Dictionary<string, HttpOutput> NoOutputs = [];

    public static EnvelopeReply Done(IReadOnlyList<string> logs) => new(NoOutputs, logs, null);

    public static EnvelopeReply Http(HttpOutput output, IReadOnlyList<string> logs) =>
        new(new Dictionary<string, HttpOutput>(StringComparer.Ordinal) { [BindingNames.Response] = output }, logs, null);

    public static EnvelopeReply Returned(JsonElement? value, IReadOnlyList<string> logs) => new(NoOutputs, logs, value);
}

/// <summary>An HTTP response inside an answer. The member must be called <c>statusCode</c>; <c>status</c> is ignored by the host.</summary>
internal sealed record HttpOutput(int StatusCode, IReadOnlyDictionary<string, string> Headers, string? Body);
