using System.Buffers;
using System.Runtime.InteropServices;

namespace Personalization.Training.Evaluating;

/// <summary>
/// How the attention that lists give is divided among groups of items, compared with how the same people divided theirs. A position
/// is worth what <see cref="ListMetrics.Discount"/> says; what is in no known group counts on neither side.
/// </summary>
internal sealed class Exposure
{
    private readonly List<Part> parts = [];
    private readonly SortedDictionary<int, Part> own = [];
    private readonly int[] starts;
    private readonly bool[] counts;

    private Exposure(Listing listing, Panel panel, int shown, ItemGroups groups, double smallest)
    {
        (starts, counts) = (new int[listing.People + 1], new bool[groups.Names.Count]);
        for (var place = 0; place < listing.People; place++)
        {
            Add(listing.Items(place, shown), panel.Met(place), groups);
            starts[place + 1] = parts.Count;
        }

        var (exposed, met) = (new double[counts.Length], new double[counts.Length]);
        var once = new double[listing.People];
        Array.Fill(once, 1);
        Sum(once, exposed, met);
        Groups = Shares(exposed, met) ? Counting(groups, exposed, met, smallest) : null;
        Why = Groups is null ? "nothing of a known group was shown, or nothing met" : counts.Count(c => c) < 2 ? "fewer than two groups are large enough to compare" : null;
    }

    /// <summary>All groups that were shown or met, the most met first; null where none was.</summary>
    public IReadOnlyList<GroupExposure>? Groups { get; }

    /// <summary>Why there are no figures; null where there are.</summary>
    public string? Why { get; }

    public static Exposure Of(Listing listing, Panel panel, int shown, ItemGroups groups, double smallest) => new(listing, panel, shown, groups, smallest);

    /// <summary>One part for each group that the person was shown or met, as every draw goes through all of them.</summary>
    private void Add(ReadOnlySpan<int> list, ReadOnlySpan<int> met, ItemGroups groups)
    {
        own.Clear();
        for (var i = 0; i < list.Length; i++) Count(groups.Of[list[i]], ListMetrics.Discount(i), 0);
        foreach (var item in met) Count(groups.Of[item], 0, 1);
        parts.AddRange(own.Values);
    }

    private void Count(int group, double exposed, double met)
    {
        if (group == ItemGroups.Unknown) return;
        var known = own.GetValueOrDefault(group);
        own[group] = new(group, known.Exposed + exposed, known.Met + met);
    }

    /// <summary>Writes the gap and the ratio.</summary>
    public void Measured(ReadOnlySpan<double> times, Span<double> figures)
    {
        var room = ArrayPool<double>.Shared.Rent(2 * counts.Length);
        var exposed = room.AsSpan(0, counts.Length);
        var met = room.AsSpan(counts.Length, counts.Length);
        exposed.Clear();
        met.Clear();
        Sum(times, exposed, met);
        if (Shares(exposed, met)) Compare(exposed, met, figures);
        else figures.Fill(double.NaN);
        ArrayPool<double>.Shared.Return(room);
    }

    private void Compare(ReadOnlySpan<double> exposed, ReadOnlySpan<double> met, Span<double> figures)
    {
        var (gap, least, most) = (0.0, double.PositiveInfinity, 0.0);
        for (var group = 0; group < counts.Length; group++)
        {
            // A group that nobody of this draw met has nothing to be compared with.
            if (!counts[group] || met[group] == 0) continue;
            gap = Math.Max(gap, Math.Abs(exposed[group] - met[group]));
            least = Math.Min(least, exposed[group] / met[group]);
            most = Math.Max(most, exposed[group] / met[group]);
        }

        (figures[0], figures[1]) = (gap, most > 0 ? least / most : double.NaN);
    }

    private void Sum(ReadOnlySpan<double> times, Span<double> exposed, Span<double> met)
    {
        var all = CollectionsMarshal.AsSpan(parts);
        for (var place = 0; place < times.Length; place++)
        {
            if (times[place] == 0) continue;
            foreach (ref readonly var part in all[starts[place]..starts[place + 1]])
            {
                exposed[part.Group] += times[place] * part.Exposed;
                met[part.Group] += times[place] * part.Met;
            }
        }
    }

    private static bool Shares(Span<double> exposed, Span<double> met)
    {
        var (shown, known) = (0.0, 0.0);
        for (var group = 0; group < exposed.Length; group++) (shown, known) = (shown + exposed[group], known + met[group]);
        if (shown == 0 || known == 0) return false;
        for (var group = 0; group < exposed.Length; group++) (exposed[group], met[group]) = (exposed[group] / shown, met[group] / known);
        return true;
    }

    private List<GroupExposure> Counting(ItemGroups groups, double[] exposed, double[] met, double smallest)
    {
        for (var group = 0; group < counts.Length; group++) counts[group] = met[group] > 0 && met[group] >= smallest;
        return
        [
            .. Enumerable.Range(0, counts.Length).Where(g => exposed[g] > 0 || met[g] > 0).OrderByDescending(g => met[g])
                .Select(g => new GroupExposure(groups.Kind, groups.Names[g], exposed[g], met[g], counts[g])),
        ];
    }

    private readonly record struct Part(int Group, double Exposed, double Met);
}
