using Personalization.Popularity;

namespace Personalization.Decisions.Candidates;

/// <summary>What decisions rest on beside the person: popularity, what goes together, and the shelf.</summary>
public sealed class Aggregates(PopularityRanking popularity, CompanionReader companions, Shelves shelves)
{
    public PopularityRanking Popularity => popularity;

    /// <summary>Has all of it in memory, so that a new process answers as well as an old one.</summary>
    public async ValueTask Read(CancellationToken stop)
    {
        await popularity.Loaded(stop);
        await companions.Loaded(stop);
        shelves.Whole();
    }
}
