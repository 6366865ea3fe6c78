using System.Text.Json.Serialization;
using Personalization.Events.Reading;

namespace Personalization.Events.Streaming;

/// <summary>Which part of the stream to apply again; what is left out limits nothing.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplayRequest
{
    public string? Type { get; init; }
    public int? Partition { get; init; }
    [JsonConverter(typeof(Rfc3339))]
    public DateTimeOffset? From { get; init; }
    [JsonConverter(typeof(Rfc3339))]
    public DateTimeOffset? To { get; init; }
    public string? User { get; init; }
    public string? Visitor { get; init; }

    /// <summary>Only what was put aside as a dead letter.</summary>
    public bool? DeadLetters { get; init; }

    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(ReplayRequest);

    public bool OfOnePerson => User is not null || Visitor is not null;

    /// <summary>What is wrong, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault(int partitions) => this switch
    {
        { Type: not null } when EventTypes.Find(Type) == default => ("type", "must be one of " + string.Join(", ", EventTypes.All.Select(r => r.Name))),
        { Partition: { } p } when p < 0 || p >= partitions => ("partition", $"must be between 0 and {partitions - 1}"),
        { From: { } from, To: { } to } when from >= to => ("to", "must lie after from"),
        _ => null,
    };
}
