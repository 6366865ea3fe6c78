namespace Personalization.Decisions.Homepages;

public enum SlotKind { None, Hero, ForYou, Category, Trending, Popular, Recent }

/// <summary>A slot as a page names it.</summary>
/// <param name="Kind">What belongs there.</param>
/// <param name="Standard">How many, where the page does not say.</param>
/// <param name="Category">The category named, where one is; else it is chosen for the person.</param>
internal readonly record struct SlotName(SlotKind Kind, int Standard, string? Category = null)
{
    public const string Known = "hero, for-you, trending, popular, recently-viewed, category-1 to category-9, category:<name>";

    private const string Named = "category:";
    private const string Numbered = "category-";

    public static bool TryParse(string text, out SlotName name)
    {
        name = text switch
        {
            "hero" => new(SlotKind.Hero, 1),
            "for-you" => new(SlotKind.ForYou, 10),
            "trending" => new(SlotKind.Trending, 10),
            "popular" => new(SlotKind.Popular, 10),
            "recently-viewed" => new(SlotKind.Recent, 10),
            _ when text.StartsWith(Named, StringComparison.Ordinal) && text.Length > Named.Length => new(SlotKind.Category, 10, text[Named.Length..]),
            _ when text.Length == Numbered.Length + 1 && text.StartsWith(Numbered, StringComparison.Ordinal) && text[^1] is >= '1' and <= '9' => new(SlotKind.Category, 10),
            _ => default,
        };
        return name.Kind != SlotKind.None;
    }
}
