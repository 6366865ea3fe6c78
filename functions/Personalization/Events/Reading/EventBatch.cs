using System.Text;
using Personalization.Catalog;

namespace Personalization.Events.Reading;

/// <summary>
/// The events of one request as read from its body, with the room they need. Batches are used again: in a steady state
/// reading an event allocates nothing.
/// </summary>
public sealed class EventBatch
{
    private const int MaxUnescaped = 1 << 20;
    private const int MaxTerms = 16;
    private IncomingEvent[] events = new IncomingEvent[16];
    private ulong[] items = new ulong[64]; // and search terms
    private byte[] unescaped = new byte[256];
    private int itemsUsed, unescapedUsed;

    /// <summary>The body the texts lie in.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Where in the body the text being read begins.</summary>
    public int Offset { get; set; }

    public int Count { get; private set; }

    public ref IncomingEvent this[int index] => ref events.AsSpan(0, Count)[index];

    public void Start(ReadOnlyMemory<byte> body)
    {
        (Body, Offset, Count, itemsUsed, unescapedUsed) = (body, 0, 0, 0, 0);
    }

    public ref IncomingEvent Add()
    {
        if (Count == events.Length) Array.Resize(ref events, Count * 2);
        ref var e = ref events[Count++];
        e = new() { FirstItem = itemsUsed };
        return ref e;
    }

    public void AddItem(ref IncomingEvent e, ulong key)
    {
        if (itemsUsed == items.Length) Array.Resize(ref items, itemsUsed * 2);
        items[itemsUsed++] = key;
        e.Items++;
    }

    public ReadOnlyMemory<ulong> Items(in IncomingEvent e) => items.AsMemory(e.FirstItem, e.Items);

    /// <summary>The terms a search text speaks of.</summary>
    public ReadOnlyMemory<ulong> Terms(CatalogueTerms vocabulary, ReadOnlySpan<byte> query)
    {
        while (itemsUsed + MaxTerms > items.Length) Array.Resize(ref items, items.Length * 2);
        var found = vocabulary.Find(query, items.AsSpan(itemsUsed, MaxTerms));
        itemsUsed += found;
        return items.AsMemory(itemsUsed - found, found);
    }

    // A text without escapes lies in the body; one with escapes lies among the unescaped, which begin at -1 and go down.
    public ReadOnlySpan<byte> Text(Slice slice) => slice.Start >= 0 ? Body.Span.Slice(slice.Start, slice.Length) : unescaped.AsSpan(~slice.Start, slice.Length);

    public string? String(Slice slice) => slice.IsEmpty ? null : Encoding.UTF8.GetString(Text(slice));

    /// <summary>Room for a text that has to be written out; <see cref="Keep"/> says how much of it was used.</summary>
    public Span<byte> Room(int bytes)
    {
        if (unescapedUsed + bytes > unescaped.Length) Array.Resize(ref unescaped, Math.Max(unescaped.Length * 2, unescapedUsed + bytes));
        return unescaped.AsSpan(unescapedUsed, bytes);
    }

    public Slice Keep(int bytes)
    {
        var slice = new Slice(~unescapedUsed, bytes);
        unescapedUsed += bytes;
        return slice;
    }

    /// <summary>Lets go of the request; what one unusual request made large is not kept.</summary>
    public void Clear()
    {
        Body = default;
        if (unescaped.Length > MaxUnescaped) unescaped = new byte[256];
    }
}
