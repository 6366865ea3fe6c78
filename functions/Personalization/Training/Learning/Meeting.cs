namespace Personalization.Training.Learning;

/// <summary>Somebody met an item: bought it, looked at it. People and items are numbered from 0.</summary>
/// <param name="At">When, in seconds since 1970.</param>
public readonly record struct Meeting(int Person, int Item, long At, float Weight)
{
    /// <summary>Who met what, at any time, with their weights added up.</summary>
    public static Interactions Together(IEnumerable<Meeting> meetings, int people, int items)
    {
        var rows = new List<(int Item, float Weight)>[people];
        foreach (var met in meetings) (rows[met.Person] ??= []).Add((met.Item, met.Weight));
        return Interactions.Of(rows.Select(r => r ?? []), items);
    }
}
