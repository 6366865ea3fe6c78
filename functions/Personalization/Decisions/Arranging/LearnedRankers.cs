using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Publishing;

namespace Personalization.Decisions.Arranging;

/// <summary>What was learned to order by, at most one ranker for each engine; as it is published.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RankerSet : IPublishedSet<RankerSet>
{
    public static RankerSet None { get; } = new() { Rankers = [] };

    public string? Note { get; init; }

    public IReadOnlyList<LearnedRanker>? Rankers { get; init; }

    public int Count() => Rankers!.Count;

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.RankerSet);

    public static RankerSet? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.RankerSet) is { Rankers: { } rankers } read && rankers.All(r => r is not null && r.IsWhole()) && rankers.DistinctBy(r => r.Engine).Count() == rankers.Count ? read : null;
}

/// <summary>The same in force.</summary>
public sealed class LearnedRankers
{
    public static readonly LearnedRankers None = new(RankerSet.None);

    public static readonly Artefact<LearnedRankers> Artefact = new("rankers", None, static (_, body) => RankerSet.Read(body) is { } set ? new(set) : null);

    /// <summary>The same where order is not learned: what was learned before is known, and orders nothing.</summary>
    public static readonly Artefact<LearnedRankers> Unused = new(Artefact.Name, None, static (_, body) => RankerSet.Read(body) is null ? null : None);

    private readonly Ranker[] rankers;

    private LearnedRankers(RankerSet set) =>
        rankers = [.. Enum.GetValues<DecisionEngine>().Select(e => set.Rankers!.FirstOrDefault(r => r.Engine == DecisionNames.Of(e))?.Compiled() ?? Rankers.Standard(e))];

    /// <summary>What was learned for an engine, or its standard where nothing was.</summary>
    public Ranker For(DecisionEngine engine) => rankers[(int)engine];
}
