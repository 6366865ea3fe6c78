namespace Personalization.Popularity;

/// <summary>A tally as it was stored.</summary>
public sealed class NumberedTally(uint partition, long ordinal, ItemCount[] items, PairCount[] pairs)
{
    public uint Partition => partition;

    public long Ordinal => ordinal;

    /// <summary>The tally of a document; without rows where it cannot be read, so that it is cleared away with the others.</summary>
    public static NumberedTally Read(string id, ReadOnlySpan<byte> body)
    {
        var (of, number) = (Convert.ToUInt32(id[..8], 16), long.Parse(id.AsSpan(9), System.Globalization.CultureInfo.InvariantCulture));
        Framed.TryRead(body, out ItemCount[] counts, out PairCount[] together);
        return new(of, number, counts, together);
    }

    public ReadOnlySpan<ItemCount> Counts => items;

    /// <summary>Each pair once; either item is the other's companion.</summary>
    public ReadOnlySpan<PairCount> Pairs => pairs;
}
