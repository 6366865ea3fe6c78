using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>What is known of a person: features, never what they did.</summary>
public sealed record Profile
{
    public static readonly Store Store = new(
        "profiles", StoreKind.Documents, "profiles", "Features of one person, from which pages and results are arranged for them",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(30), "the subject", SubjectKey.Partition);

    public const string Id = "profile";

    /// <summary>Per stream partition, the last sequence whose effect is in here. What comes again is passed over.</summary>
    public IReadOnlyDictionary<string, long> Applied { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<RecentItem> Recent { get; init; } = [];

    public IReadOnlyDictionary<string, Decayed> Categories { get; init; } = new Dictionary<string, Decayed>();

    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>An item someone met lately and how strongly.</summary>
public readonly record struct RecentItem(string Item, double Weight, DateTimeOffset At);
