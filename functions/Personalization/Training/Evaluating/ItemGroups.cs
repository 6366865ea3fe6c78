namespace Personalization.Training.Evaluating;

/// <summary>What items are divided into to see whether each part is shown fairly: categories, or brands.</summary>
/// <param name="Kind">What the groups are, such as <c>category</c>.</param>
/// <param name="Of">The group of each item; -1 where it is not known.</param>
/// <param name="Names">What each group is called: foreign text.</param>
public sealed record ItemGroups(string Kind, IReadOnlyList<int> Of, IReadOnlyList<string> Names)
{
    public const int Unknown = -1;

    /// <summary>What is wrong with them; null where nothing is.</summary>
    internal string? Wrong(int items) => this switch
    {
        _ when Of.Count != items => "a group, or -1, is needed for every item",
        _ when Of.Any(g => g < Unknown || g >= Names.Count) => "a group without a name",
        _ => null,
    };
}
