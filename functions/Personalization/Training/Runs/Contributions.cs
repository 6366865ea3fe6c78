using Personalization.Profiles;
using Personalization.Training.Learning;

namespace Personalization.Training.Runs;

/// <summary>
/// What people contribute, by their keys. Of more than the most some are drawn by a hash of their keys: who is drawn does not
/// hang on the order they come in, nor on anything they did.
/// </summary>
internal sealed class Contributions(int most)
{
    private readonly SortedDictionary<UInt128, List<RecentItem>> people = [];
    private ulong drawn = ulong.MaxValue;

    public int Count => people.Count;

    /// <summary>There were more, and some were drawn.</summary>
    public bool Drawn => drawn != ulong.MaxValue;

    /// <summary>A person may come in parts.</summary>
    public void Add(UInt128 key, List<RecentItem> items)
    {
        if (items.Count == 0 || Draw(key) > drawn) return;
        if (people.TryGetValue(key, out var known)) known.AddRange(items);
        else people[key] = items;
        while (people.Count > most)
        {
            drawn /= 2;
            foreach (var late in people.Keys.Where(k => Draw(k) > drawn).ToList()) people.Remove(late);
        }
    }

    /// <summary>In the order of the keys; of each person the newest items, each once and as it was met most strongly.</summary>
    public IReadOnlyList<IReadOnlyList<RecentItem>> Ordered(int mostItems) =>
    [
        .. people.Values.Select(items => items.GroupBy(i => i.Item).Select(g => g.MaxBy(i => i.Weight) with { At = g.Max(i => i.At) })
            .OrderByDescending(i => i.At).ThenBy(i => i.Item.Value).Take(mostItems).ToList()),
    ];

    private static ulong Draw(UInt128 key) => Chance.Bits((ulong)(key >> 64), (ulong)key);
}
