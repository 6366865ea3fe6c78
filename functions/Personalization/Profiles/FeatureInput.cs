using Personalization.Catalog;
using Personalization.Events;

namespace Personalization.Profiles;

/// <summary>An event as features take it: with the items it is about looked up once for all of them. Reused from event to event.</summary>
public sealed class FeatureInput
{
    private readonly DescribedItem?[] described = new DescribedItem?[StreamedEvent.MaxKeys];
    private StreamedEvent current;

    public ref readonly StreamedEvent Event => ref current;

    /// <summary>When, in Unix seconds.</summary>
    public uint At { get; private set; }

    public float Weight { get; private set; }

    /// <summary>What values that it changes come from.</summary>
    public Origin Origin => new(current.Id, current.Policy);

    /// <summary>The items by key, in the event's order.</summary>
    public ReadOnlySpan<ulong> Keys => current.Items.Span;

    /// <summary>The same items as the catalogue describes them; null where it does not know one.</summary>
    public ReadOnlySpan<DescribedItem?> Items => described.AsSpan(0, current.Items.Length);

    public void Take(in StreamedEvent e, CatalogueSnapshot catalogue)
    {
        current = e;
        At = Seconds(e.At);
        Weight = EventWeight.Of(e.Type, e.Value);
        var keys = e.Items.Span;
        for (var i = 0; i < keys.Length; i++) described[i] = catalogue.Find(new ItemKey(keys[i]));
    }

    /// <summary>Unix seconds as stored, which reach to the year 2106.</summary>
    public static uint Seconds(long unixMilliseconds) => (uint)Math.Clamp(unixMilliseconds / 1000, 0, uint.MaxValue);
}
