using System.Numerics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Decisions.Logging;

/// <summary>A logged decision, read back into what it was made of.</summary>
internal sealed class LoggedFacts
{
    public DecisionEngine Engine { get; private init; }

    public Tier Tier { get; private init; }

    public TierReason Why { get; private init; }

    public Fallback Fallback { get; private init; }

    public bool Degraded { get; private init; }

    public bool HeldOut { get; private init; }

    public bool Buying { get; private init; }

    public Purposes Used { get; private init; }

    public Purposes Withheld { get; private init; }

    public DateTimeOffset At { get; private init; }

    public ulong Seed { get; private init; }

    public Region Region { get; private init; }

    public ulong Device { get; private init; }

    public ulong Channel { get; private init; }

    public DateTimeOffset? ProfileAt { get; private init; }

    public DateTimeOffset? PopularityAt { get; private init; }

    public Exploration Explore { get; private init; }

    public string FeatureSet { get; private init; } = "";

    public DecisionVersions Versions { get; private init; } = DecisionVersions.None;

    public string? Layout { get; private init; }

    public IReadOnlyList<ulong> Segments { get; private init; } = [];

    public IReadOnlyList<Arm> Arms { get; private init; } = [];

    /// <summary>Active rules by their numbers in their version, and what they do.</summary>
    public IReadOnlyList<(ushort Rule, Effect Effect)> Rules { get; private set; } = [];

    public Slot[] Slots { get; private set; } = [];

    public Pool Pool { get; } = new();

    public IReadOnlyList<Placement> Placed { get; private set; } = [];

    /// <summary>False for the record of another version, or of a decision about messages.</summary>
    public static bool MayBe(ReadOnlySpan<byte> record) => record is [DecisionRecord.Version, ..];

    /// <summary>Null where the record is another version's, damaged, or of a ranker that is no more.</summary>
    public static LoggedFacts? Read(ReadOnlySpan<byte> record)
    {
        var from = new RecordReader(record);
        if (from.Byte() != DecisionRecord.Version) return null;
        var facts = Head(ref from);
        facts.Rules = List(from.Byte(), ref from, static (ref RecordReader r) => (r.Short(), new Effect((RuleKind)r.Byte(), r.Float(), r.Byte(), r.Byte())));
        var slots = List(from.Byte(), ref from, static (ref RecordReader r) => Slot(ref r));
        if (from.Broken || slots.Exists(s => s is null)) return null;
        facts.Slots = [.. slots.Select(s => s!.Value)];
        var candidates = from.Short();
        for (var i = 0; i < candidates && !from.Broken; i++) facts.Candidate(ref from);
        facts.Placed = List(from.Short(), ref from, static (ref RecordReader r) => Placement(ref r));
        return from.Broken || !from.AtEnd || facts.Placed.Any(p => p.Candidate >= facts.Pool.Count || p.Slot >= facts.Slots.Length) ? null : facts;
    }

    private static LoggedFacts Head(ref RecordReader from)
    {
        var (engine, tier, why, fallback, flags, used, withheld) = ((DecisionEngine)from.Byte(), (Tier)from.Byte(), (TierReason)from.Byte(), (Fallback)from.Byte(), from.Byte(), (Purposes)from.Byte(), (Purposes)from.Byte());
        var (at, seed) = (Time(from.Long()), from.Long());
        var (region, device, channel) = (new Region(from.Long()), from.Long(), from.Long());
        var (profileAt, popularityAt) = (from.Long(), from.Long());
        var explore = new Exploration(from.Float(), from.Byte());
        var (features, versions) = (from.Name(), new DecisionVersions(from.Name(), from.Name(), from.Name()));
        return new()
        {
            Engine = engine, Tier = tier, Why = why, Fallback = fallback, Degraded = (flags & 1) != 0, HeldOut = (flags & 2) != 0, Buying = (flags & 4) != 0, Used = used, Withheld = withheld,
            At = at ?? default, Seed = seed, Region = region, Device = device, Channel = channel, ProfileAt = Time(profileAt), PopularityAt = Time(popularityAt), Explore = explore,
            FeatureSet = features, Versions = versions, Layout = from.Name() is { Length: > 0 } layout ? layout : null,
            Segments = List(from.Byte(), ref from, static (ref RecordReader r) => r.Long()),
            Arms = List(from.Byte(), ref from, static (ref RecordReader r) => new Arm(r.Name(), r.Byte())),
        };
    }

    private void Candidate(ref RecordReader from)
    {
        var i = Pool.Add(new ItemKey(from.Long()), Pool.Nowhere, from.Short());
        if (Rules.Count > 0) Pool.Rules[i] = from.Long();
        for (var bits = from.Int() & ((1u << Columns.Count) - 1); bits != 0; bits &= bits - 1)
        {
            var column = BitOperations.TrailingZeroCount(bits);
            var exact = (Columns.Exact & (1u << column)) != 0;
            Pool.Set((Column)column, i, BitConverter.UInt32BitsToSingle(exact ? from.Int() : (uint)from.Short() << 16));
        }
    }

    private static Slot? Slot(ref RecordReader from)
    {
        var (name, count, ranker) = (from.Name(), from.Short(), Ranker(ref from));
        var (group, most, needs, refuses, rules) = (from.Short(), from.Short(), from.Int(), from.Int(), from.Long());
        return ranker is null ? null : new Slot(name, count, ranker) { Group = group, Most = most, Needs = needs, Refuses = refuses, Rules = rules };
    }

    private static Ranker? Ranker(ref RecordReader from)
    {
        var name = from.Name();
        if (!LearnedRanker.IsName(name)) return Rankers.Find(name);
        var (standard, intent) = (new float[Columns.Count], new float[Columns.Count]);
        // A column that came later counted nothing then.
        var columns = from.Byte();
        if (columns > Columns.Count) return null;
        for (var c = 0; c < columns; c++) (standard[c], intent[c]) = (from.Float(), from.Float());
        return Arranging.Ranker.Learned(name, standard, intent);
    }

    private static Placement Placement(ref RecordReader from)
    {
        var (candidate, slot, by) = (from.Short(), from.Byte(), (PlacedBy)from.Byte());
        return new(candidate, slot, by, from.Float(), from.Float());
    }

    // A record says no time by the one before anything was.
    private static DateTimeOffset? Time(ulong ms) => ms is > 0 and < 253402300799999 ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms) : null;

    private static List<T> List<T>(int count, ref RecordReader from, Reading<T> read)
    {
        var all = new List<T>();
        for (var i = 0; i < count && !from.Broken; i++) all.Add(read(ref from));
        return all;
    }

    private delegate T Reading<out T>(ref RecordReader from);
}
