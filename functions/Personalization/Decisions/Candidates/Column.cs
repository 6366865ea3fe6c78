namespace Personalization.Decisions.Candidates;

/// <summary>
/// What is known of a candidate for a person at the moment of a decision. Everything a score is made of is one of these
/// numbers and is logged as it was, so models learn from the same numbers they will meet.
/// </summary>
public enum Column : byte
{
    /// <summary>The frontend's own order, from 0 for its last to 1 for its first.</summary>
    Relevance,

    /// <summary>What the learned model says, from 0 to 1.</summary>
    Model,

    /// <summary>The share that its category has in what the person is drawn to; then its brand, prices and attributes.</summary>
    Category,
    Brand,
    Price,
    Attribute,

    /// <summary>Whether its category is what the person is about right now.</summary>
    Session,

    /// <summary>How popular it is everywhere, where the person is, and more than it used to be.</summary>
    Popular,
    Regional,
    Trending,

    /// <summary>How well it goes with the items asked about: viewed, and bought, by the same people.</summary>
    Viewed,
    Bought,

    /// <summary>How well it goes with what the person met lately.</summary>
    Companion,

    /// <summary>How much it is like the items asked about.</summary>
    SameCategory,
    SameBrand,
    SamePrice,
    SameAttributes,

    /// <summary>Whether the words of the search name its category, brand or attributes.</summary>
    Named,

    /// <summary>Whether the person met it lately: 1 for just now, fading; and how strongly.</summary>
    Seen,
    SeenStrongly,

    /// <summary>Something the person never met, for one who likes new things.</summary>
    Fresh,

    /// <summary>From the vault: whether they searched for what it is, bought it, or bought what it goes with.</summary>
    Searched,
    Purchased,
    Complement,

    /// <summary>1 for whatever the catalogue knows.</summary>
    Known,
}

/// <summary>Every column by number, and as callers and models name it.</summary>
public static class Columns
{
    public const int Count = 25;

    /// <summary>Written as they are; all others are rounded to the eight significant bits they are logged with.</summary>
    public const uint Exact = (1u << (int)Column.Relevance) | (1u << (int)Column.Model);

    public static readonly string[] Names =
    [
        "relevance", "model", "category", "brand", "price", "attribute", "session", "popular", "regional", "trending", "also-viewed", "also-bought",
        "goes-with-recent", "same-category", "same-brand", "same-price", "same-attributes", "named-in-query", "seen-before", "seen-often", "new-to-you",
        "searched", "purchased", "goes-with-purchase", "catalogue",
    ];

    /// <summary>Columns that speak of the person and are empty for one who is unknown, refuses, or is held out.</summary>
    public const uint Personal =
        (1u << (int)Column.Model) | (1u << (int)Column.Category) | (1u << (int)Column.Brand) | (1u << (int)Column.Price) | (1u << (int)Column.Attribute) | (1u << (int)Column.Session) |
        (1u << (int)Column.Companion) | (1u << (int)Column.Seen) | (1u << (int)Column.SeenStrongly) | (1u << (int)Column.Fresh) |
        (1u << (int)Column.Searched) | (1u << (int)Column.Purchased) | (1u << (int)Column.Complement);

    /// <summary>The upper half of a float, rounded to nearest: two bytes in the log, and the same number in the score.</summary>
    public static float Rounded(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
