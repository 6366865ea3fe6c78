using System.Buffers.Binary;
using Personalization.Catalog;
using Personalization.Consent;

namespace Personalization.Tests.Trust;

/// <summary>
/// Keys that one event alone carries: its item with category and brand, its search term, its region. Any of them found in
/// any stored bytes tells which event left it there.
/// </summary>
internal sealed class Markers
{
    private readonly Dictionary<ulong, (Sent Event, SignalClass Class)> byKey = [];

    public void Plant(Sent e)
    {
        byKey.Add(ItemKey.Of(e.Item).Value, (e, SignalClass.Interaction));
        byKey.Add(Term.Of(TermKind.Category, e.Word).Key, (e, e.Type == "search" ? SignalClass.Search : SignalClass.Interaction));
        byKey.Add(Term.Of(TermKind.Brand, e.Item).Key, (e, SignalClass.Interaction));
        if (e.Region is not null && Region.TryParse(e.Region, out var region)) byKey.Add(region.Code, (e, SignalClass.Location));
    }

    /// <summary>What these bytes hold, at whatever place and as part of whatever.</summary>
    public HashSet<(Sent Event, SignalClass Class)> In(ReadOnlySpan<byte> bytes)
    {
        var found = new HashSet<(Sent, SignalClass)>();
        for (var i = 0; i + sizeof(ulong) <= bytes.Length; i++)
            if (byKey.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..]), out var mark)) found.Add(mark);
        return found;
    }
}

/// <summary>One event of the taint test, with what was allowed at each moment that counts.</summary>
internal sealed class Sent(int person, int number, string type, bool third, string? region)
{
    public int Person => person;
    public string Type => type;
    public bool ThirdParty => third;
    public string? Region => region;
    public string Name => $"e{person}-{number}";
    public string Item => $"item-{person}-{number}";
    /// <summary>The category of the item, and the whole of a search.</summary>
    public string Word => $"word{person}x{number}z";
    /// <summary>Allowed when it was sent, and not refused when it was featurized.</summary>
    public Words Accepted { get; set; } = Words.Nothing;
    public Words Featurized { get; set; } = Words.Nothing;
}
