using Personalization.Decisions.Arranging;

namespace Personalization.Decisions;

/// <param name="ProfileDeadline">How long a decision waits for the profile before it answers without.</param>
/// <param name="RepeatFor">How long the same question has the same answer while nothing changes.</param>
/// <param name="Explore">How often chance chooses in place of the score; not in search.</param>
/// <param name="ExploreSearch">The same in search.</param>
/// <param name="Homepage">Of the homepage.</param>
/// <param name="Search">Of the search.</param>
/// <param name="Recommendations">Of recommendations.</param>
public sealed record DecisionOptions(TimeSpan ProfileDeadline, TimeSpan RepeatFor, Exploration Explore, Exploration ExploreSearch, EngineOptions Homepage, EngineOptions Search, EngineOptions Recommendations)
{
    private const int Among = 5;

    public static DecisionOptions Read(Settings s) => new(
        s.Time("Decisions:ProfileDeadline", TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "how long a decision waits for the profile before it answers without"),
        s.Time("Decisions:RepeatFor", TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromMinutes(1), "how long who asks the same again gets the same decision, while nothing has changed that it rests on; 0 for never"),
        new((float)s.Double("Decisions:Explore", 0, 0, 0.5, "share of places filled by chance among the best five, so that other rankings can be judged by what was logged"), Among),
        new((float)s.Double("Search:Explore", 0, 0, 0.2, "the same in search: of its places, the share filled by chance among the best five"), Among),
        EngineOptions.Read(s, "Homepage", "the homepage", Rankers.Standard(DecisionEngine.Homepage)),
        EngineOptions.Read(s, "Search", "search", Rankers.Standard(DecisionEngine.Search)),
        EngineOptions.Read(s, "Recommendations", "recommendations", Rankers.Standard(DecisionEngine.Recommendations)));
}

/// <summary>What one engine is told by configuration.</summary>
/// <param name="On">Whether it answers at all.</param>
/// <param name="Ranker">By what it orders for a known person.</param>
/// <param name="Diversifier">Whether categories are spread.</param>
/// <param name="Fallback">What somebody unknown gets.</param>
public sealed record EngineOptions(bool On, Ranker Ranker, Diversifier Diversifier, FallbackPolicy Fallback)
{
    public static EngineOptions Read(Settings s, string section, string what, Ranker ranker) => new(
        s.Flag($"{section}:On", true, $"whether {what} answers"),
        Named(s, $"{section}:Ranker", ranker, $"by what {what} orders for somebody known: {string.Join(", ", Rankers.Names)}"),
        s.Choice($"{section}:Diversifier", section == "Search" ? Diversifier.None : Diversifier.Spread, "whether no category has more than a third of a slot while there are others"),
        s.Choice($"{section}:Fallback", section == "Search" ? FallbackPolicy.Given : FallbackPolicy.Popular, "what somebody unknown gets; Given is the order of the request or the catalogue"));

    private static Ranker Named(Settings s, string key, Ranker standard, string about)
    {
        var name = s.Text(key, standard.Name, about)!;
        if (Rankers.Find(name) is { } known) return known;
        s.Refuse($"{key.Replace(":", "__", StringComparison.Ordinal)} must be one of {string.Join(", ", Rankers.Names)}.");
        return standard;
    }
}

public enum Diversifier
{
    /// <summary>As the scores have it.</summary>
    None = 1,

    /// <summary>No category has more than a third of a slot while there are others.</summary>
    Spread,
}

public enum FallbackPolicy
{
    Popular = 1,
    Trending,
    Given,
}
