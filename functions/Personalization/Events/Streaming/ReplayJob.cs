using Personalization.Storage;

namespace Personalization.Events.Streaming;

/// <summary>
/// A run over records that are still in the stream, to bring back what features lack. It is stored before it begins and
/// after every page, so that a crash in between only repeats a page, which changes nothing.
/// </summary>
public sealed record ReplayJob
{
    public static readonly Store Store = new(
        "replays", StoreKind.Documents, "events", "Remembers which part of the stream is being applied again and how far that is",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(7), "the subject the run is limited to, or 'all'", SubjectKey.Partition);

    public const string Everyone = "all";

    public required string Id { get; init; }

    /// <summary>Only events of this kind; null for all.</summary>
    public string? Type { get; init; }

    /// <summary>Only what the stream took from then on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only what the stream took before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only events of this person; null for everyone.</summary>
    public string? Subject { get; init; }

    /// <summary>Only records a dead letter speaks of.</summary>
    public bool DeadLetters { get; init; }

    public required ReplayStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required IReadOnlyList<ReplayPart> Parts { get; init; }

    public long Read => Parts.Sum(p => p.Read);

    public long Delivered => Parts.Sum(p => p.Delivered);

    public bool Takes(in DeliveredRecord record, in StreamedEvent e) =>
        (From is null || record.Enqueued >= From) && (To is null || record.Enqueued < To)
        && (Type is null || e.Type.Name() == Type) && (Subject is null || e.Subject.ToString() == Subject);
}

/// <summary>How far a run is in one partition: from <paramref name="Next"/> to before <paramref name="Until"/> is left.</summary>
public sealed record ReplayPart(int Partition, long Next, long Until, long Read, long Delivered)
{
    public bool Done => Next >= Until;
}

public enum ReplayStatus { Running, Completed, Failed }
