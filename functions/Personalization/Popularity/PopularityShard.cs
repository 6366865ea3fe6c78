using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>
/// How often items were met, as one stream partition saw it. One writer per partition, so that a popular item is
/// never a document everyone fights for.
/// </summary>
public sealed record PopularityShard
{
    public static readonly Store Store = new(
        "stats", StoreKind.Documents, "catalogue", "Counts how popular items are, over everyone",
        Sensitivity.Aggregate, TimeSpan.FromDays(90), "one partition for popularity", SubjectKey.None);

    public const string Partition = "popularity";
    /// <summary>Few enough that a shard of the longest ids still fits a document: 500 × 256 characters × 6 bytes.</summary>
    public const int Kept = 500;

    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    /// <summary>The last sequence counted.</summary>
    public long Applied { get; init; } = -1;

    public IReadOnlyDictionary<string, Decayed> Items { get; init; } = new Dictionary<string, Decayed>();
}
