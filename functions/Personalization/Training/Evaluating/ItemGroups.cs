namespace Personalization.Training.Evaluating;

/// <summary>What items are divided into to see whether each part is shown fairly: categories, or suppliers.</summary>
/// <param name="Kind">What the groups are, such as <c>category</c>.</param>
/// <param name="Of">The group of each item; -1 where it is not known.</param>
/// <param name="Names">What each group is called: foreign text.</param>
public sealed record ItemGroups(string Kind, IReadOnlyList<int> Of, IReadOnlyList<string> Names)
{
    public const int Unknown = -1;

    internal void Check(int items)
    {
        if (Of.Count != items) throw new ArgumentException("a group, or -1, for every item is needed");
        foreach (var group in Of)
            if (group < Unknown || group >= Names.Count) throw new ArgumentException("a group without a name");
    }
}
