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

    private const long Mega = 1024 * 1024;

    /// <summary>What operators may set; the rest is only for tests and benchmarks to vary.</summary>
    public static EmbeddedOptions Read(Settings s)
    {
        var standard = new EmbeddedOptions();
        return new()
        {
            Directory = s.Text("Storage:Directory", ".data", "directory of the embedded storage"),
            Durability = s.Choice("Storage:Durability", standard.Durability, "Strict: acknowledged after the disk confirmed; Relaxed: a power cut may take the last second"),
            CompactAtLeastEvery = s.Time("Storage:CompactAtLeastEvery", standard.CompactAtLeastEvery, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), "what was deleted or has expired has left the disk after this"),
            SweepEvery = s.Time("Storage:SweepEvery", standard.SweepEvery, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "how often expired documents leave memory and expired stream files the disk"),
            StreamPartitions = s.Int("Stream:Partitions", standard.StreamPartitions, 1, 256, "partitions of the embedded stream; fixed once the directory is used"),
            StreamBacklog = s.Int("Stream:Backlog", (int)standard.StreamBacklog, 1000, 100_000_000, "records a partition holds unapplied before publishers get 429"),
        };
    }
}
