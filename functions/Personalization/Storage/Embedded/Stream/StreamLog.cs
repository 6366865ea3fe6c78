namespace Personalization.Storage.Embedded;

/// <summary>The hubs that keep their records equally long, in one segmented log.</summary>
internal sealed class StreamLog : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Hub> hubs = [];
    private readonly IFiles files;
    private readonly TimeProvider clock;
    private StreamSegment[] segments = [];

    public StreamLog(string kind, IFiles files, EmbeddedOptions options, IEnumerable<Store> declared, TimeProvider clock, List<CutTail> cut)
    {
        (Kind, this.files, this.clock, Options) = (kind, files, clock, options);
        foreach (var store in declared) hubs[store.Name] = new(store.Name, store, options.StreamPartitions);
        Log = new(files, kind, options, first => StreamRecords.WritePositions(first, hubs.Values, options.StreamPartitions)) { Rolled = Rolled };
        Recover(cut);
        Commit = new(Log, kind + " commit");
    }

    /// <summary>What its files are called before their number.</summary>
    public string Kind { get; }

    public EmbeddedOptions Options { get; }

    public Log Log { get; }

    public GroupCommit Commit { get; }

    /// <summary>Oldest first; replaced as a whole, so readers take the array once.</summary>
    public StreamSegment[] Segments => Volatile.Read(ref segments);

    public StreamSegment Active => segments[^1];

    public IReadOnlyCollection<Hub> Hubs => hubs.Values;

    /// <summary>One change of the set of files at a time: retention or erasure.</summary>
    public SemaphoreSlim Housekeeping { get; } = new(1);

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public Hub Hub(Store store) =>
        hubs.TryGetValue(store.Name, out var hub) && (ReferenceEquals(hub.Store, store) || hub.Store == store) ? hub : throw Undeclared(store);

    public static InvalidOperationException Undeclared(Store store) => new($"'{store.Name}' is not a declared stream; add it to the store registry.");

    /// <summary>For replay, by the name on disk.</summary>
    public Hub HubNamed(string name) => hubs.TryGetValue(name, out var hub) ? hub : hubs[name] = new(name, null, Options.StreamPartitions);

    /// <summary>Takes a file out, or another in its place, for readers that come from now on.</summary>
    public void Replace(StreamSegment old, StreamSegment? by)
    {
        lock (gate)
            Volatile.Write(ref segments, [.. segments.SelectMany(s => s != old ? [s] : by is null ? Array.Empty<StreamSegment>() : [by])]);
        foreach (var partition in hubs.Values.SelectMany(h => h.Partitions)) partition.KeptFrom(FirstOf(partition));
        old.File.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Housekeeping.WaitAsync();
        Commit.Dispose();
        foreach (var segment in segments) segment.File.Dispose();
        Housekeeping.Dispose();
    }

    private void Rolled(long number, long previousEnd)
    {
        var segment = new StreamSegment(Kind, number, files.Open(LogNames.Of(Kind, number)), Now) { End = LogHeader.Bytes };
        lock (gate) Volatile.Write(ref segments, [.. segments, segment]);
    }

    /// <summary>Replayed segments go first, then <see cref="Log.Begin"/> adds the one to write to.</summary>
    private void Recover(List<CutTail> cut)
    {
        var replay = new StreamReplay(this, files);
        var recovery = new LogRecovery(files, Kind);
        var last = recovery.Run(0, replay.Apply);
        cut.AddRange(recovery.Cut);
        segments = replay.Finish();
        foreach (var partition in hubs.Values.SelectMany(h => h.Partitions)) partition.KeptFrom(FirstOf(partition));
        Log.Begin(last + 1);
    }

    private long FirstOf(HubPartition partition) =>
        Segments.Select(s => s.First(partition)).FirstOrDefault(first => first is not null) ?? partition.Next;
}
