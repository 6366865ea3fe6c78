namespace Personalization.Storage.Embedded;

/// <summary>
/// The logs of the stream. Hubs that keep their records equally long share one, because a file goes as a whole: in a file with
/// others, records of a day would stay on disk for as long as those of a month.
/// </summary>
internal sealed class StreamLogs : IAsyncDisposable
{
    private readonly Dictionary<TimeSpan, StreamLog> logs = [];

    public StreamLogs(IFiles files, EmbeddedOptions options, IReadOnlyList<Store> stores, TimeProvider clock, List<CutTail> cut)
    {
        var hubs = stores.Where(s => s.Kind == StoreKind.Stream).ToLookup(Retention);
        Options = options;
        var retentions = hubs.Select(g => g.Key).Append(LogNames.StreamRetention).Distinct().ToList();
        DeleteUndeclared(files, [.. retentions.Select(LogNames.StreamOf)]);
        foreach (var retention in retentions) logs[retention] = new(LogNames.StreamOf(retention), files, options, hubs[retention], clock, cut);
    }

    public EmbeddedOptions Options { get; }

    public IReadOnlyCollection<StreamLog> All => logs.Values;

    public StreamLog Of(Store hub) => hub.Kind == StoreKind.Stream && logs.TryGetValue(Retention(hub), out var log) ? log : throw StreamLog.Undeclared(hub);

    public HubPartition Partition(Store hub, int partition) => Of(hub).Hub(hub).Partition(partition);

    public async ValueTask DisposeAsync()
    {
        foreach (var log in logs.Values) await log.DisposeAsync();
    }

    private static TimeSpan Retention(Store hub) => hub.Expiry ?? TimeSpan.MaxValue;

    /// <summary>Nobody can open a hub that is no longer declared, and without a log that sweeps them its records would stay for good.</summary>
    private static void DeleteUndeclared(IFiles files, HashSet<string> kinds)
    {
        foreach (var name in files.List("").Where(n => LogNames.StreamKind(n) is { } kind && !kinds.Contains(kind))) files.Delete(name);
    }
}
