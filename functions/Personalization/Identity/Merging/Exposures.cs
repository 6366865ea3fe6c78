namespace Personalization.Identity.Merging;

/// <summary>The first time a subject was shown a variant of an experiment.</summary>
public sealed record Exposure(Subject Side, string Experiment, int Variant, DateTimeOffset At);

/// <summary>
/// Which variants somebody has seen. A subject's first exposure stays for good, so of two states of one side the earlier is
/// the true one; sides are kept apart.
/// </summary>
/// <remarks>
/// Which variant a subject gets: the one it was exposed to itself; else the earliest that any member of its person was
/// exposed to, at the same moment that of the smaller subject; else one by hash of the experiment and the person's smallest
/// subject (<see cref="Experiments.CompiledExperiments"/>). Whatever it then gets it was exposed to itself. So nobody who
/// has seen a variant ever sees another, through login, merge and un-merge: after an un-merge each side keeps what it saw,
/// on its own or as a part of the person. The price: two who saw different variants before they turned out to be one go on
/// as they were, and are <see cref="Bucket.Mixed"/>, which an evaluation leaves out.
/// </remarks>
public sealed record Exposures(IReadOnlyDictionary<(Subject Side, string Experiment), Exposure> Seen)
{
    public static Exposures None { get; } = new(new Dictionary<(Subject, string), Exposure>());

    public Exposures With(Exposure exposure) => Join(new(new Dictionary<(Subject, string), Exposure> { [(exposure.Side, exposure.Experiment)] = exposure }));

    public Exposures Join(Exposures other)
    {
        var joined = new Dictionary<(Subject, string), Exposure>(Seen);
        foreach (var (key, exposure) in other.Seen) joined[key] = joined.TryGetValue(key, out var own) && Rank(own).CompareTo(Rank(exposure)) <= 0 ? own : exposure;
        return new(joined);
    }

    /// <summary>What a subject was exposed to itself.</summary>
    public Exposure? Own(Subject subject, string experiment) => Seen.TryGetValue((subject, experiment), out var own) ? own : null;

    /// <summary>What any of these was exposed to first; at the same moment that of the smaller subject. Allocates nothing.</summary>
    public Exposure? First(ReadOnlySpan<Subject> members, string experiment)
    {
        Exposure? first = null;
        foreach (var member in members)
            if (Own(member, experiment) is { } seen && (first is null || Before(seen, first))) first = seen;
        return first;
    }

    /// <summary>The order of exposures of one person.</summary>
    public static bool Before(Exposure one, Exposure other) => one.At != other.At ? one.At < other.At : one.Side.Key < other.Side.Key;

    /// <summary>What the person as a whole counts for; null for one nobody has exposed yet.</summary>
    public Bucket? BucketOf(IReadOnlyCollection<Subject> members, string experiment)
    {
        var seen = members.Select(m => Seen.GetValueOrDefault((m, experiment))).OfType<Exposure>().OrderBy(e => e.At.UtcTicks).ThenBy(e => e.Side.Key).ToList();
        return seen.Count == 0 ? null : new(experiment, seen[0].Variant, seen[0].At, seen.Exists(e => e.Variant != seen[0].Variant));
    }

    public IReadOnlyList<Bucket> Buckets(IReadOnlyCollection<Subject> members) =>
    [
        .. Seen.Keys.Where(k => members.Contains(k.Side)).Select(k => k.Experiment).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(e => BucketOf(members, e)!),
    ];

    private static (long, int) Rank(Exposure e) => (e.At.UtcTicks, e.Variant);
}

/// <param name="Experiment">Its name.</param>
/// <param name="Variant">The earliest the person was exposed to.</param>
/// <param name="Since">When that was.</param>
/// <param name="Mixed">Whether members were exposed to different ones before they were one person.</param>
public sealed record Bucket(string Experiment, int Variant, DateTimeOffset Since, bool Mixed);
