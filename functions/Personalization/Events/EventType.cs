namespace Personalization.Events;

/// <summary>A kind of behaviour and how strongly it speaks for an item. The names are the wire's.</summary>
/// <param name="Name">As sent in <c>type</c>.</param>
/// <param name="Weight">What one such event adds to an affinity.</param>
/// <param name="NeedsItem">Says nothing without an item.</param>
/// <param name="Sensitive">Kept only under the purpose <c>sensitive</c>.</param>
public sealed record EventType(string Name, double Weight, bool NeedsItem = true, bool Sensitive = false)
{
    private static readonly Dictionary<string, EventType> Known = new EventType[]
    {
        new("view", 1),
        new("click", 1),
        new("dwell", 1),
        new("add_to_cart", 3),
        new("remove_from_cart", -2),
        new("purchase", 5, Sensitive: true),
        new("rate", 2),
        new("impression", 0, NeedsItem: false),
        new("search", 0, NeedsItem: false),
        new("custom", 0, NeedsItem: false),
    }.ToDictionary(t => t.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => Known.Keys;

    public static EventType? Find(string? name) => name is not null && Known.TryGetValue(name, out var type) ? type : null;
}
