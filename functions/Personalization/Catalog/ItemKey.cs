using System.Text;

namespace Personalization.Catalog;

/// <summary>
/// An item's id as features and events carry it: 64 bits made from the id alone, the same in every process. Which item it
/// is, the catalogue knows; among a million items two share a key with a chance of one in thirty million.
/// </summary>
public readonly record struct ItemKey(ulong Value)
{
    private static readonly KeyedHash Hash = new(0x6974656d, 0x6b657973);

    public static ItemKey Of(ReadOnlySpan<byte> id) => new(Hash.Of(id));

    public static ItemKey Of(string id)
    {
        Span<byte> utf8 = stackalloc byte[ItemCheck.MaxId * 3];
        return Of(utf8[..Encoding.UTF8.GetBytes(id, utf8)]);
    }
}
