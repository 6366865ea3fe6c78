namespace Personalization.Training.Runs;

/// <summary>How much one person, and how many, may contribute to a model.</summary>
/// <param name="MostPeople">Of more, so many at most are drawn, always the same ones; 10,000 take about 50 MB while a model is trained.</param>
/// <param name="MostItems">Of each person the newest so many.</param>
/// <param name="MostWeight">However strongly somebody met something, it counts no more than this.</param>
public sealed record GatheringOptions(int MostPeople, int MostItems, int MostWeight)
{
    private const int Million = 1_000_000;

    public static GatheringOptions Read(Settings s) => new(
        s.Int("Training:MostPeople", 100_000, 1, Million, "people to learn from; of more, always the same ones are drawn; 10,000 take about 50 MB"),
        s.Int("Training:MostItems", Profiles.RecentItems.Kept, 1, Profiles.RecentItems.Kept, "items of each person to learn from, the newest"),
        s.Int("Training:MostWeight", 10, 1, Million, "most that one item of one person counts"));
}
