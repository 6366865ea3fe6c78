using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>Where counts over many people are kept. Nothing in here is about anyone.</summary>
public static class Statistics
{
    public static readonly Store Store = new(
        "stats", StoreKind.Documents, "catalogue", "Counts how popular items are and which go together, over everyone",
        Sensitivity.Aggregate, TimeSpan.FromDays(90), "what is counted", SubjectKey.None);

    public const string Marks = "marks";
    public const string Tallies = "tallies";
    public const string Popularity = "popularity";
    public const string Viewed = "viewed";
    public const string Bought = "bought";

    /// <summary>Shards of each kind, so that one document never holds every item.</summary>
    public const int Buckets = 64;

    public const uint SecondsPerHour = 3600;

    public static int BucketOf(ulong item) => (int)(item % Buckets);

    public static string ShardId(int bucket) => $"shard-{bucket:x2}";

    /// <summary>Sorts by ordinal within a hub partition.</summary>
    public static string TallyId(uint partition, long ordinal) => $"{partition:x8}-{ordinal:d20}";
}
