using System.Text.Json.Serialization;

namespace Personalization.Events;

/// <summary>An event as a frontend sends it. Identifiers and texts in it never go further than the request.</summary>
public sealed record IncomingEvent
{
    public string? Id { get; init; }
    public string? Type { get; init; }
    [JsonConverter(typeof(Rfc3339))]
    public DateTimeOffset? Time { get; init; }
    public string? User { get; init; }
    public string? Visitor { get; init; }
    public string? Session { get; init; }
    public string? Item { get; init; }
    public IReadOnlyList<string>? Items { get; init; }
    public string? Query { get; init; }
    public double? Value { get; init; }
    public string? Currency { get; init; }
    public int? Quantity { get; init; }
    public int? DwellMs { get; init; }
    public string? Decision { get; init; }
    public RequestContext? Context { get; init; }
    public ConsentFlags? Consent { get; init; }
}

/// <summary>Where a request comes from, as far as the frontend says.</summary>
public sealed record RequestContext(string? Region, string? Device, string? Channel);

/// <summary>What the person allows. Absent means no.</summary>
public sealed record ConsentFlags
{
    public bool Personalization { get; init; }
    public bool Sensitive { get; init; }
    public bool Location { get; init; }
    public bool CrossDevice { get; init; }
    public bool Training { get; init; }
    public bool Marketing { get; init; }
    public bool ThirdParty { get; init; }
}
