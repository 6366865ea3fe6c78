using Personalization.Training.Learning;

namespace Personalization.Training.Offline;

/// <summary>Meetings in the order of their times, with the names of items. People have numbers only.</summary>
public sealed record MeetingLog(IReadOnlyList<Meeting> Meetings, int People, IReadOnlyList<string> Items)
{
    /// <summary>Who met what before a moment.</summary>
    public Interactions Before(long moment) => Meeting.Together(Meetings.TakeWhile(m => m.At < moment), People, Items.Count);

    /// <summary>
    /// The same without some people, and without what only they met: as if they had never come. Whoever is left keeps their order
    /// and gets the numbers that they would have had.
    /// </summary>
    public MeetingLog Without(IReadOnlySet<int> gone)
    {
        Meeting[] left = [.. Meetings.Where(m => !gone.Contains(m.Person))];
        var (people, items) = (Renumbered(left.Select(m => m.Person)), Renumbered(left.Select(m => m.Item)));
        return new([.. left.Select(m => m with { Person = people[m.Person], Item = items[m.Item] })], people.Count, [.. items.Keys.Order().Select(i => Items[i])]);
    }

    private static Dictionary<int, int> Renumbered(IEnumerable<int> numbers) => numbers.Distinct().Order().Index().ToDictionary(n => n.Item, n => n.Index);
}
