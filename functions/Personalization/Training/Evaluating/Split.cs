using System.Runtime.InteropServices;
using Personalization.Training.Learning;

namespace Personalization.Training.Evaluating;

/// <summary>Which of the items somebody met afterwards have to be found.</summary>
public enum Asked
{
    /// <summary>Those they had not met before; what they met is not listed.</summary>
    NewItems,

    /// <summary>All of them; what they met may be listed again.</summary>
    AllItems,
}

/// <summary>What is learned from, and what has to be found after it. The same meetings in any order are split the same way.</summary>
public sealed class Split
{
    private readonly Interactions newItems;
    private readonly Interactions allItems;

    private Split(IReadOnlyList<Meeting> meetings, Interactions train, Interactions after)
    {
        (Meetings, Train) = (meetings, train);
        var seen = new bool[train.Width];
        for (var person = 0; person < train.Rows; person++)
            foreach (var item in train.ColumnsOf(person)) seen[item] = true;
        newItems = Findable(train, after, seen, again: false);
        allItems = Findable(train, after, seen, again: true);
    }

    /// <summary>What is learned from, with its times.</summary>
    public IReadOnlyList<Meeting> Meetings { get; }

    /// <summary>The same without times.</summary>
    public Interactions Train { get; }

    /// <summary>What has to be found, a row for each person; of people and items that are in <see cref="Train"/> only.</summary>
    public Interactions Test(Asked asked) => asked == Asked.NewItems ? newItems : allItems;

    /// <summary>Everything before a moment is learned from; what was met from then on has to be found.</summary>
    /// <param name="moment">In seconds since 1970.</param>
    public static Split At(IReadOnlyCollection<Meeting> meetings, int people, int items, long moment)
    {
        var all = Counting(meetings, people, items);
        Meeting[] before = [.. all.Where(m => m.At < moment)];
        return new(before, Meeting.Together(before, people, items), Meeting.Together(all.Where(m => m.At >= moment), people, items));
    }

    /// <summary>
    /// The last distinct items of each person have to be found, and all that person's meetings with these are left out of what is
    /// learned from. An item is as late as its last meeting; of two as late, the one with the higher number is the later one.
    /// Who met no more than that many stays whole.
    /// </summary>
    public static Split LastOut(IReadOnlyCollection<Meeting> meetings, int people, int items, int last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, 1);
        var all = Counting(meetings, people, items);
        var pairs = new Dictionary<(int Person, int Item), long>();
        foreach (var m in all) pairs[(m.Person, m.Item)] = pairs.TryGetValue((m.Person, m.Item), out var at) ? Math.Max(at, m.At) : m.At;
        HashSet<(int, int)> held =
        [
            .. pairs.GroupBy(p => p.Key.Person).Where(p => p.Count() > last)
                .SelectMany(p => p.OrderByDescending(i => i.Value).ThenByDescending(i => i.Key.Item).Take(last)).Select(p => p.Key),
        ];
        Meeting[] kept = [.. all.Where(m => !held.Contains((m.Person, m.Item)))];
        return new(kept, Meeting.Together(kept, people, items), Meeting.Together(all.Where(m => held.Contains((m.Person, m.Item))), people, items));
    }

    /// <summary>Those whose weight counts as something.</summary>
    private static List<Meeting> Counting(IReadOnlyCollection<Meeting> meetings, int people, int items)
    {
        var counting = new List<Meeting>(meetings.Count);
        foreach (var m in meetings)
        {
            if ((uint)m.Person >= (uint)people || (uint)m.Item >= (uint)items) throw new ArgumentException("somebody or something that is not one of them", nameof(meetings));
            if (m.Weight > 0 && float.IsFinite(m.Weight)) counting.Add(m);
        }

        return counting;
    }

    private static Interactions Findable(Interactions train, Interactions after, bool[] seen, bool again)
    {
        var builder = new InteractionsBuilder(train.Width);
        var row = new List<(int, float)>();
        for (var person = 0; person < after.Rows; person++)
        {
            row.Clear();
            var met = train.ColumnsOf(person);
            var items = after.ColumnsOf(person);
            var weights = after.WeightsOf(person);
            for (var i = 0; i < items.Length && !met.IsEmpty; i++)
                if (seen[items[i]] && (again || met.BinarySearch(items[i]) < 0)) row.Add((items[i], weights[i]));
            builder.Add(CollectionsMarshal.AsSpan(row));
        }

        return builder.Build();
    }
}
