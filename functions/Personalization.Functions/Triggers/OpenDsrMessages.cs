using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Functions.Triggers;

/// <summary>The messages of OpenDSR 2.0, in its own words. Properties it does not know are passed over, as it demands.</summary>
internal sealed record DsrRequest
{
    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(DsrRequest);

    [JsonPropertyName("regulation")] public string? Regulation { get; init; }
    [JsonPropertyName("subject_request_id")] public string? Id { get; init; }
    [JsonPropertyName("subject_request_type")] public string? Type { get; init; }
    [JsonPropertyName("subject_identities")] public IReadOnlyList<DsrIdentity?>? Identities { get; init; }
    [JsonPropertyName("submitted_time")] public string? SubmittedTime { get; init; }
    [JsonPropertyName("status_callback_urls")] public IReadOnlyList<string?>? Callbacks { get; init; }
    [JsonPropertyName("api_version")] public string? ApiVersion { get; init; }
    [JsonPropertyName("extensions")] public Dictionary<string, JsonElement>? Extensions { get; init; }
}

internal sealed record DsrIdentity
{
    public override string ToString() => nameof(DsrIdentity);

    [JsonPropertyName("identity_type")] public string? Type { get; init; }
    [JsonPropertyName("identity_value")] public string? Value { get; init; }
    [JsonPropertyName("identity_format")] public string? Format { get; init; }
}

/// <summary>What our own extension adds: identities of kinds that OpenDSR has no word for.</summary>
internal sealed record DsrExtension
{
    public override string ToString() => nameof(DsrExtension);

    [JsonPropertyName("identities")] public IReadOnlyList<AskedIdentity?>? Identities { get; init; }
}

internal sealed record DsrDiscovery(
    [property: JsonPropertyName("api_version")] string ApiVersion,
    [property: JsonPropertyName("supported_identities")] IReadOnlyList<DsrSupported> Identities,
    [property: JsonPropertyName("supported_subject_request_types")] IReadOnlyList<string> Types,
    [property: JsonPropertyName("processor_certificate")] string Certificate);

internal sealed record DsrSupported([property: JsonPropertyName("identity_type")] string Type, [property: JsonPropertyName("identity_format")] string Format);

/// <summary>That a request was taken. What was sent comes back with it and is kept nowhere.</summary>
internal sealed record DsrReceipt(
    [property: JsonPropertyName("controller_id")] string ControllerId,
    [property: JsonPropertyName("expected_completion_time")] DateTimeOffset ExpectedCompletionTime,
    [property: JsonPropertyName("received_time")] DateTimeOffset ReceivedTime,
    [property: JsonPropertyName("encoded_request")] string EncodedRequest,
    [property: JsonPropertyName("subject_request_id")] string Id)
{
    public override string ToString() => nameof(DsrReceipt);
}

/// <summary>How a request stands; the same body is posted to whoever wants to be told, with the two fields at the end.</summary>
internal sealed record DsrStatus(
    [property: JsonPropertyName("controller_id")] string ControllerId,
    [property: JsonPropertyName("expected_completion_time")] DateTimeOffset ExpectedCompletionTime,
    [property: JsonPropertyName("subject_request_id")] string Id,
    [property: JsonPropertyName("request_status")] string Status,
    [property: JsonPropertyName("api_version")] string ApiVersion,
    [property: JsonPropertyName("results_url")] string? ResultsUrl,
    [property: JsonPropertyName("results_count")] int? ResultsCount)
{
    [JsonPropertyName("status_callback_url")] public string? CallbackUrl { get; init; }

    /// <summary>The same whenever the same news is sent again.</summary>
    [JsonPropertyName("callback_id")] public string? CallbackId { get; init; }
}

internal sealed record DsrCancelled(
    [property: JsonPropertyName("controller_id")] string ControllerId,
    [property: JsonPropertyName("subject_request_id")] string Id,
    [property: JsonPropertyName("received_time")] DateTimeOffset ReceivedTime,
    [property: JsonPropertyName("api_version")] string ApiVersion);

internal sealed record DsrFailure([property: JsonPropertyName("error")] DsrError Error);

internal sealed record DsrError(
    [property: JsonPropertyName("code")] int Code, [property: JsonPropertyName("message")] string Message, [property: JsonPropertyName("errors")] IReadOnlyList<DsrFault> Errors);

internal sealed record DsrFault(
    [property: JsonPropertyName("domain")] string Domain, [property: JsonPropertyName("reason")] string Reason, [property: JsonPropertyName("message")] string Message);
