namespace Personalization.Storage.Embedded;

/// <summary>When a write is acknowledged.</summary>
public enum Durability
{
    /// <summary>After the disk has confirmed it: an acknowledged write survives a power cut.</summary>
    Strict,

    /// <summary>
    /// After the operating system has taken it: an acknowledged write survives the death of the process, but a power cut
    /// or a crash of the machine may lose what was written since the last <see cref="EmbeddedOptions.RelaxedSyncEvery"/>.
    /// </summary>
    Relaxed,
}

/// <summary>How the embedded engine keeps its files. Every value has a default that suits a laptop and a single server alike.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>Where the files are; null keeps everything in memory and forgets it when the process ends.</summary>
    public string? Directory { get; init; }

    public Durability Durability { get; init; } = Durability.Strict;

    /// <summary>A file of the journal or the stream is closed at this size. Bytes; 64 kB to 1 GB.</summary>
    public long SegmentBytes { get; init; } = 64 * Mega;

    /// <summary>No compaction before the journal has grown by this much. Bytes; 64 kB to 64 GB.</summary>
    public long CompactAfterBytes { get; init; } = 64 * Mega;

    /// <summary>Compaction when the journal is this many times as large as what is alive. 0.1 to 10.</summary>
    public double CompactRatio { get; init; } = 1;

    /// <summary>What was deleted or has expired leaves the disk at the latest after this. One minute to 30 days.</summary>
    public TimeSpan CompactAtLeastEvery { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often expired documents leave memory and expired stream files the disk; they are never served in between. One second to one hour.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>With <see cref="Durability.Relaxed"/>: how much a power cut may take. 10 milliseconds to one minute.</summary>
    public TimeSpan RelaxedSyncEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Partitions of every hub, fixed when the directory is first used. 1 to 256.</summary>
    public int StreamPartitions { get; init; } = 8;

    /// <summary>Records one partition holds for its slowest consumer before publishing is throttled. 1 to 100 million.</summary>
    public long StreamBacklog { get; init; } = 1_000_000;

    /// <summary>When a throttled publisher may come back. 10 milliseconds to one minute.</summary>
    public TimeSpan StreamRetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A stream file is closed at this age, so that retention can remove it whole. One minute to one day.</summary>
    public TimeSpan StreamSegmentAge { get; init; } = TimeSpan.FromHours(1);

    private const long Kilo = 1024, Mega = 1024 * Kilo, Giga = 1024 * Mega;

    /// <summary>Every value that is out of range, in words.</summary>
    public IEnumerable<string> Faults()
    {
        if (Directory is { Length: 0 }) yield return $"{nameof(Directory)} is empty; leave it out to keep everything in memory";
        if (!Enum.IsDefined(Durability)) yield return $"{nameof(Durability)} is neither {Durability.Strict} nor {Durability.Relaxed}";
        if (Outside(SegmentBytes, 64 * Kilo, Giga)) yield return $"{nameof(SegmentBytes)} is not between 64 kB and 1 GB";
        if (Outside(CompactAfterBytes, 64 * Kilo, 64 * Giga)) yield return $"{nameof(CompactAfterBytes)} is not between 64 kB and 64 GB";
        if (Outside(CompactRatio, 0.1, 10)) yield return $"{nameof(CompactRatio)} is not between 0.1 and 10";
        if (Outside(CompactAtLeastEvery, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30))) yield return $"{nameof(CompactAtLeastEvery)} is not between one minute and 30 days";
        if (Outside(SweepEvery, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))) yield return $"{nameof(SweepEvery)} is not between one second and one hour";
        if (Outside(RelaxedSyncEvery, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))) yield return $"{nameof(RelaxedSyncEvery)} is not between 10 milliseconds and one minute";
        if (Outside(StreamPartitions, 1, 256)) yield return $"{nameof(StreamPartitions)} is not between 1 and 256";
        if (Outside(StreamBacklog, 1, 100_000_000)) yield return $"{nameof(StreamBacklog)} is not between 1 and 100 million";
        if (Outside(StreamRetryAfter, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))) yield return $"{nameof(StreamRetryAfter)} is not between 10 milliseconds and one minute";
        if (Outside(StreamSegmentAge, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1))) yield return $"{nameof(StreamSegmentAge)} is not between one minute and one day";
    }

    private static bool Outside<T>(T value, T least, T most) where T : IComparable<T> =>
        value.CompareTo(least) < 0 || value.CompareTo(most) > 0;
}
