using Personalization.Catalog;
using Personalization.Consent;

namespace Personalization.Decisions.Asking;

/// <summary>A slot that a page wants filled.</summary>
public readonly record struct WantedSlot(string Name, int? Count);

/// <summary>A result of the frontend's own search.</summary>
/// <param name="Item">Which.</param>
/// <param name="Relevance">How well it answers the query; higher is better.</param>
/// <param name="Text">Where its id stands in the body, quotes left out.</param>
public readonly record struct FoundItem(ItemKey Item, double Relevance, Range Text);

/// <summary>What a frontend asks for, as it was read. Reused; identifiers in it live as long as the request.</summary>
public sealed class Ask
{
    public string? User { get; set; }

    public string? Visitor { get; set; }

    public string? Kind { get; set; }

    public int? Count { get; set; }

    /// <summary>Whether what the person met before is not to be shown.</summary>
    public bool Unseen { get; set; }

    public Region Region { get; set; }

    /// <summary>Keyed names; 0 where the frontend says nothing.</summary>
    public ulong Device { get; set; }

    public ulong Channel { get; set; }

    /// <summary>Where the words of a search stand in the body.</summary>
    public Range Query { get; set; }

    public List<ItemKey> Items { get; } = [];

    public List<ItemKey> Exclude { get; } = [];

    public List<WantedSlot> Slots { get; } = [];

    public List<FoundItem> Candidates { get; } = [];

    // Classes print their type only; identifiers are not to be printed, should this become a record.
    public override string ToString() => nameof(Ask);

    public void Clear()
    {
        (User, Visitor, Kind, Count, Unseen) = (null, null, null, null, false);
        (Region, Device, Channel, Query) = (Region.Unknown, 0, 0, default);
        Items.Clear();
        Exclude.Clear();
        Slots.Clear();
        Candidates.Clear();
    }
}
