using System.Numerics;
using Personalization.Catalog;
using Personalization.Events.Reading;

namespace Personalization.Events;

/// <summary>
/// How the fields of one type of event are distributed, window by window of a thousand, against a slowly moving mean of
/// the windows before. Distinct items are counted by linear counting: n ≈ −m·ln(share of m bits still zero).
/// </summary>
internal sealed class EventShape(EventRule rule)
{
    public const int Window = 1000;

    private const int Bits = 1 << 13;
    private const double Alarming = 0.3;
    private const double Memory = 0.1;
    private const double Collapse = 0.1;

    private static readonly string[] Fields = ["session", "value", "quantity", "dwellMs", "region", "query", "item-known"];

    private readonly int[] present = new int[Fields.Length];
    private readonly double[] usual = new double[Fields.Length];
    private readonly double[] last = new double[Fields.Length];
    private readonly ulong[] bits = new ulong[Bits / 64];
    private float high = float.MinValue;
    private double usualDistinct, lastDistinct, usualHigh;
    private long breaches;

    public EventRule Rule => rule;

    public int Windows { get; private set; }

    public int Seen { get; private set; }

    /// <summary>True when a window is full.</summary>
    public bool Note(in IncomingEvent e, ReadOnlySpan<ulong> items, CatalogueSnapshot catalogue)
    {
        Count(0, !e.Session.IsEmpty);
        Count(1, e.Value is not null);
        Count(2, e.Quantity is not null);
        Count(3, e.DwellMs is not null);
        Count(4, e.Region.Code != 0);
        Count(5, !e.Query.IsEmpty);
        Count(6, items.Length > 0 && catalogue.Find(new ItemKey(items[0])) is not null);
        foreach (var item in items) bits[(item >> 6) % (Bits / 64)] |= 1UL << (int)(item & 63);
        if (e.Value is { } value) high = Math.Max(high, Math.Abs(value));
        return ++Seen == Window;
    }

    /// <summary>Ends the window and names what is not as before.</summary>
    public IEnumerable<(string Field, string Breach)> Close()
    {
        var found = new List<(string, string)>();
        for (var i = 0; i < Fields.Length; i++)
        {
            last[i] = present[i] / (double)Window;
            if (Windows > 0 && Math.Abs(last[i] - usual[i]) > Alarming) found.Add((Fields[i], "share-missing"));
            usual[i] = Mean(usual[i], last[i]);
        }

        lastDistinct = Distinct();
        if (Windows > 0 && lastDistinct < usualDistinct * Collapse) found.Add(("item", "cardinality"));
        if (Windows > 0 && usualHigh > 0 && high > 100 * usualHigh) found.Add(("value", "range"));
        usualDistinct = Mean(usualDistinct, lastDistinct);
        if (high > 0) usualHigh = usualHigh == 0 ? high : Mean(usualHigh, high);
        Windows++;
        breaches += found.Count;
        Reset();
        return found;
    }

    public EventShapeReport Report() => new(
        rule.Name, (Windows * (long)Window) + Seen, [.. Fields.Select((f, i) => new FieldShape(f, Math.Round(1 - last[i], 3), Math.Round(1 - usual[i], 3)))],
        Math.Round(lastDistinct), breaches);

    private double Mean(double old, double fresh) => Windows == 0 ? fresh : (old * (1 - Memory)) + (fresh * Memory);

    private double Distinct()
    {
        var zero = Bits - bits.Sum(BitOperations.PopCount);
        return zero == 0 ? Bits : Bits * Math.Log(Bits / (double)zero);
    }

    private void Count(int field, bool there) => present[field] += there ? 1 : 0;

    private void Reset()
    {
        Array.Clear(present);
        Array.Clear(bits);
        (high, Seen) = (float.MinValue, 0);
    }
}

/// <summary>What senders send of one type, as of the last full window.</summary>
/// <param name="Type">Which.</param>
/// <param name="Events">Accepted since the process started.</param>
/// <param name="Fields">Field by field.</param>
/// <param name="DistinctItems">In the last window, estimated.</param>
/// <param name="Breaches">How often something was not as before.</param>
public sealed record EventShapeReport(string Type, long Events, IReadOnlyList<FieldShape> Fields, double DistinctItems, long Breaches);

/// <param name="Field">Of the event; <c>item-known</c> is whether the catalogue has its item.</param>
/// <param name="NullRate">Share of events without it in the last window.</param>
/// <param name="Usual">The same over the windows before.</param>
public sealed record FieldShape(string Field, double NullRate, double Usual);
