using Personalization.Catalog;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Training.Choosing;

/// <summary>What a training run learns from. People are numbers here and nowhere else.</summary>
/// <param name="Meetings">In order of their times.</param>
/// <param name="Keys">A key for each item, as decisions know it.</param>
/// <param name="Groups">What items are divided into, in one way or several, to see whether each part is shown fairly; null where nothing is known.</param>
/// <param name="Catalogue">All items there are, met or not, so that those nobody met get a place as well; null where nothing is known.</param>
public sealed record TrainingData(
    IReadOnlyList<Meeting> Meetings, int People, IReadOnlyList<ulong> Keys, IReadOnlyList<ItemGroups>? Groups = null, CatalogueSnapshot? Catalogue = null)
{
    public int Items => Keys.Count;

    /// <summary>A key for every item there is, in their order, whether anybody met it or not; these are in it.</summary>
    public IReadOnlyList<ulong> AllKeys { get; } = Catalogue is null ? Keys : [.. Catalogue.All.Select(i => i.Key.Value).Order()];

    /// <summary>There are more people, of whom these were drawn.</summary>
    public bool Drawn { get; init; }
}

/// <summary>How meetings are held out to tell models apart.</summary>
public abstract record Holding
{
    /// <summary>What has to be found, and what is learned from.</summary>
    public abstract Split Split(IReadOnlyList<Meeting> meetings, int people, int items);

    /// <summary>The same once more, within what is learned from: for choosing, so that what is evaluated was never chosen by.</summary>
    public abstract Split Within(Split split, int people, int items);
}

/// <summary>Everything from a moment on; for choosing, the same length of time before it.</summary>
public sealed record HoldFrom(long Moment) : Holding
{
    public override Split Split(IReadOnlyList<Meeting> meetings, int people, int items) => Evaluating.Split.At([.. meetings], people, items, Moment);

    public override Split Within(Split split, int people, int items)
    {
        // As long as what is held out can be known without looking at it: a tenth of the time there is before.
        var first = split.Meetings.Count > 0 ? split.Meetings.Min(m => m.At) : Moment;
        return Evaluating.Split.At([.. split.Meetings], people, items, Moment - Math.Max(1, (Moment - first) / 10));
    }
}

/// <summary>The last items of everybody.</summary>
public sealed record HoldLast(int Items) : Holding
{
    public override Split Split(IReadOnlyList<Meeting> meetings, int people, int items) => Evaluating.Split.LastOut([.. meetings], people, items, Items);

    public override Split Within(Split split, int people, int items) => Evaluating.Split.LastOut([.. split.Meetings], people, items, Items);
}
