using Personalization.Consent;

namespace Personalization.Events;

/// <summary>What is known of each kind of behaviour: its name on the wire, the class of signal it is, and what it cannot do without.</summary>
public static class EventTypes
{
    public static readonly IReadOnlyList<EventRule> All =
    [
        new(EventType.View, "view", SignalClass.Interaction, Need.Item),
        new(EventType.Click, "click", SignalClass.Interaction, Need.Item),
        new(EventType.Dwell, "dwell", SignalClass.Interaction, Need.Item),
        new(EventType.AddToCart, "add_to_cart", SignalClass.Interaction, Need.Item),
        new(EventType.RemoveFromCart, "remove_from_cart", SignalClass.Interaction, Need.Item),
        new(EventType.Purchase, "purchase", SignalClass.Purchase, Need.Item),
        new(EventType.Rate, "rate", SignalClass.Interaction, Need.Item),
        new(EventType.Impression, "impression", SignalClass.Exposure, Need.Nothing),
        new(EventType.Search, "search", SignalClass.Interaction, Need.Query),
        new(EventType.Custom, "custom", SignalClass.Interaction, Need.Nothing),
    ];

    private static readonly EventRule?[] ByType = [.. Enumerable.Range(0, 256).Select(t => All.FirstOrDefault(r => (int)r.Type == t))];
    private static readonly byte[][] Names = [.. All.Select(r => System.Text.Encoding.ASCII.GetBytes(r.Name))];

    public static EventRule Rule(this EventType type) => ByType[(int)type]!;

    public static string Name(this EventType type) => type.Rule().Name;

    /// <summary>The type of this name; none where nothing is called so.</summary>
    public static EventType Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Names.Length; i++)
            if (name.SequenceEqual(Names[i])) return All[i].Type;
        return default;
    }

    public static EventType Find(string? name) => All.FirstOrDefault(r => r.Name == name)?.Type ?? default;
}

/// <param name="Type">Which.</param>
/// <param name="Name">As sent in <c>type</c>.</param>
/// <param name="Signal">What consent it needs as a whole.</param>
/// <param name="Needs">Fields without which it says nothing.</param>
public sealed record EventRule(EventType Type, string Name, SignalClass Signal, Need Needs);

[Flags]
public enum Need { Nothing = 0, Item = 1, Query = 2 }
