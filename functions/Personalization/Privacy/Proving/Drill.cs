using System.Text.Json.Serialization;

namespace Personalization.Privacy.Proving;

/// <summary>One erasure of somebody who does not exist, from their first click to the search for what is left of them.</summary>
/// <param name="Id">By which it is asked for.</param>
/// <param name="Started">When it began.</param>
/// <param name="Trace">By what the made-up person would be found: their identifiers, aliases and subject. Nobody real.</param>
/// <param name="Subjects">The subjects they are known as; none before they were seen.</param>
public sealed record Drill(string Id, DateTimeOffset Started, IReadOnlyList<string> Trace, IReadOnlyList<string> Subjects)
{
    /// <summary>How it stands, or ended.</summary>
    public DrillStatus Status { get; init; } = DrillStatus.Running;

    public DateTimeOffset? Ended { get; init; }

    /// <summary>Where the person was found before they were erased: without that, not finding them proves nothing.</summary>
    public IReadOnlyList<StoreHits> Before { get; init; } = [];

    /// <summary>Where they were found afterwards.</summary>
    public IReadOnlyList<StoreHits> After { get; init; } = [];

    /// <summary>The privacy request that erased them.</summary>
    public string Request => "drill-" + Id;
}

[JsonConverter(typeof(JsonStringEnumConverter<DrillStatus>))]
public enum DrillStatus
{
    Running = 1,
    Passed,

    /// <summary>What was sent never became features, so there was nothing to erase.</summary>
    NotSeen,

    /// <summary>The erasure did not end well, or not in time.</summary>
    NotErased,

    /// <summary>Something of the person was still there.</summary>
    Left,
}
