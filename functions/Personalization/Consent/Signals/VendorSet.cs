namespace Personalization.Consent.Signals;

/// <summary>
/// A set of vendors as TC strings hold it: the highest id, then a bit for each or a list of ranges. Only one vendor is
/// of interest; the rest is walked over and checked.
/// </summary>
internal static class VendorSet
{
    /// <summary>Whether the vendor is in the set. What is malformed breaks the reader or <paramref name="sound"/>.</summary>
    public static bool Holds(ref BitReader bits, int vendor, ref bool sound)
    {
        var highest = bits.Int(16);
        if (bits.Bit()) return RangesHold(ref bits, vendor, highest, ref sound);
        if (vendor < 1 || vendor > highest)
        {
            bits.Skip(highest);
            return false;
        }

        bits.Skip(vendor - 1);
        var holds = bits.Bit();
        bits.Skip(highest - vendor);
        return holds;
    }

    /// <summary>At most 4095 ranges of one id, or of a first and a last one.</summary>
    public static bool RangesHold(ref BitReader bits, int vendor, int highest, ref bool sound)
    {
        var holds = false;
        for (var left = bits.Int(12); left > 0 && !bits.Broken; left--)
        {
            var many = bits.Bit();
            var first = bits.Int(16);
            var last = many ? bits.Int(16) : first;
            sound &= first >= 1 && first <= last && last <= highest;
            holds |= first <= vendor && vendor <= last;
        }

        return holds;
    }
}
