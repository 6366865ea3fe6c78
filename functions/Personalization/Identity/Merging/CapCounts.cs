namespace Personalization.Identity.Merging;

/// <summary>One count of one side.</summary>
/// <param name="Side">Whom it was shown to.</param>
/// <param name="Cap">The keyed name of the cap: a campaign, a slot.</param>
/// <param name="Window">The number of the window it counts in, such as a day.</param>
public readonly record struct CapKey(Subject Side, ulong Cap, uint Window);

/// <summary>
/// How often somebody was shown what. A side only ever counts up in a window, so of two states of one side the larger is
/// the later; sides are kept apart, and what the person has seen is their sum. After an un-merge each side has what it saw.
/// </summary>
public sealed record CapCounts(IReadOnlyDictionary<CapKey, int> Counts)
{
    public static CapCounts None { get; } = new(new Dictionary<CapKey, int>());

    public CapCounts Shown(Subject side, ulong cap, uint window) =>
        new(new Dictionary<CapKey, int>(Counts) { [new(side, cap, window)] = Counts.GetValueOrDefault(new(side, cap, window)) + 1 });

    public CapCounts Join(CapCounts other)
    {
        var joined = new Dictionary<CapKey, int>(Counts);
        foreach (var (key, count) in other.Counts) joined[key] = Math.Max(joined.GetValueOrDefault(key), count);
        return new(joined);
    }

    /// <summary>How often the person was shown it, over these sides.</summary>
    public int Total(IEnumerable<Subject> members, ulong cap, uint window) => members.Distinct().Sum(m => Counts.GetValueOrDefault(new(m, cap, window)));

    /// <summary>Every cap of these sides with its sum, in order.</summary>
    public IReadOnlyList<CapTotal> Totals(IReadOnlyCollection<Subject> members) =>
    [
        .. Counts.Where(c => members.Contains(c.Key.Side)).GroupBy(c => (c.Key.Cap, c.Key.Window)).OrderBy(g => g.Key)
            .Select(g => new CapTotal(g.Key.Cap, g.Key.Window, g.Sum(c => c.Value))),
    ];
}

public sealed record CapTotal(ulong Cap, uint Window, int Count);
