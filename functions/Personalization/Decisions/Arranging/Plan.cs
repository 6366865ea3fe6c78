using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Decisions.Arranging;

/// <summary>One place on a page to be filled.</summary>
/// <param name="Name">As the frontend calls it.</param>
/// <param name="Count">How many items at most.</param>
/// <param name="Ranker">By what.</param>
public readonly record struct Slot(string Name, int Count, Ranker Ranker)
{
    /// <summary>Only this category; any where it is <see cref="Pool.NoGroup"/>.</summary>
    public ushort Group { get; init; } = Pool.NoGroup;

    /// <summary>At most so many of a category, while there are others; 0 for as it comes.</summary>
    public int Most { get; init; }

    /// <summary>Columns of which a candidate must have one, where any are given.</summary>
    public uint Needs { get; init; }

    /// <summary>Columns of which a candidate must have none.</summary>
    public uint Refuses { get; init; }

    /// <summary>Which of the active rules hold here.</summary>
    public ulong Rules { get; init; } = ulong.MaxValue;
}

/// <summary>A rule that holds for this decision, and what it does.</summary>
/// <param name="Kind">What to do with the items it speaks of.</param>
/// <param name="By">How much a boost adds to a score, or takes from it.</param>
/// <param name="Position">Where a pin puts its item, from 1.</param>
/// <param name="Most">How many of one category a slot may have.</param>
public readonly record struct Effect(RuleKind Kind, float By = 0, int Position = 0, int Most = 0)
{
    /// <summary>The item a pin is about.</summary>
    public ulong Item { get; init; }
}

/// <summary>
/// Now and then somebody else than the best is chosen, so that later it can be told what would have been better. A share
/// of 0 never does.
/// </summary>
/// <param name="Share">Of the places filled by score, how many are filled by chance.</param>
/// <param name="Among">By chance among how many of the best.</param>
public readonly record struct Exploration(float Share, int Among);

/// <summary>An item in its place.</summary>
/// <param name="Candidate">Its number in the pool.</param>
/// <param name="Slot">The number of the slot.</param>
/// <param name="By">How it came there.</param>
/// <param name="Score">What its score was.</param>
/// <param name="Propensity">How probable it was that it would come there, given those before it. 1 where a rule put it.</param>
public readonly record struct Placement(int Candidate, int Slot, PlacedBy By, float Score, float Propensity);

public enum PlacedBy : byte
{
    Score = 1,

    /// <summary>A rule put it there; says nothing of how good the ranking is.</summary>
    Pin,

    /// <summary>Chance.</summary>
    Exploration,
}
