namespace Personalization.Storage.Embedded;

/// <summary>What the current batch is about to change, so that conditions in the same batch are judged in order.</summary>
internal sealed class Staging(JournalState state, TimeProvider clock)
{
    private readonly Dictionary<(DocumentIndex, string, string), Entry?> changed = [];

    public JournalState State { get; } = state;

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The live document as the batch leaves it so far.</summary>
    public Entry? Current(DocumentIndex store, string partition, string id)
    {
        if (changed.Count == 0 || !changed.TryGetValue((store, partition, id), out var entry)) entry = store.Find(partition, id);
        return entry is not null && entry.LivesAt(Now) ? entry : null;
    }

    public void Change(DocumentIndex store, string partition, string id, Entry? entry) => changed[(store, partition, id)] = entry;

    public void Clear()
    {
        changed.Clear();
        foreach (var ledger in State.Ledgers) ledger.Settle();
    }

    public static bool Holds(Condition when, Entry? current) => when.Kind switch
    {
        ConditionKind.Absent => current is null,
        ConditionKind.Matches => current is not null && current.Version == when.Etag.Number,
        _ => true,
    };
}
