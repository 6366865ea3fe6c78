namespace Personalization.Consent.Signals;

/// <summary>
/// What a TC string (IAB Europe TCF v2, "Consent string and vendor list formats") says, as far as it concerns us and
/// one vendor. Purposes are bits, purpose 1 the highest of 24; times are tenths of seconds since 1970.
/// </summary>
internal readonly record struct TcString
{
    public const int MaxLength = 16 * 1024;

    public long Created { get; private init; }

    public long LastUpdated { get; private init; }

    public int PolicyVersion { get; private init; }

    public bool ServiceSpecific { get; private init; }

    /// <summary>12 bits, special feature 1 the highest.</summary>
    public uint SpecialFeatures { get; private init; }

    public uint Consents { get; private init; }

    public uint LegitimateInterests { get; private init; }

    public bool VendorConsent { get; private init; }

    /// <summary>Purposes for which the publisher does not let the vendor rely on consent.</summary>
    public uint Barred { get; private init; }

    /// <summary>Whether the vendor was shown to the person; null without that segment.</summary>
    public bool? Disclosed { get; private init; }

    /// <summary>What was consented to for the publisher itself; null without that segment.</summary>
    public uint? PublisherConsents { get; private init; }

    public static uint Purpose(int number) => 1u << (24 - number);

    public bool HasSpecialFeature(int number) => (SpecialFeatures & (1u << (12 - number))) != 0;

    /// <summary>Every segment has to be what it says it is, and none may occur twice.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int vendor, out TcString parsed)
    {
        parsed = default;
        if (text.Length > MaxLength) return false;
        var first = true;
        foreach (var range in text.Split((byte)'.'))
        {
            var bits = new BitReader(text[range]);
            var sound = first ? Core(ref bits, vendor, ref parsed) : Segment(ref bits, vendor, ref parsed);
            if (!sound || bits.Broken) return false;
            first = false;
        }

        return true;
    }

    private static bool Core(ref BitReader bits, int vendor, ref TcString tc)
    {
        if (bits.Int(6) != 2) return false;
        tc = tc with { Created = (long)bits.Read(36), LastUpdated = (long)bits.Read(36) };
        // The consent manager, its version, screen and language, and the vendor list it used.
        bits.Skip(12 + 12 + 6 + 12 + 12);
        tc = tc with { PolicyVersion = bits.Int(6), ServiceSpecific = bits.Bit() };
        bits.Skip(1);
        tc = tc with { SpecialFeatures = (uint)bits.Read(12), Consents = (uint)bits.Read(24), LegitimateInterests = (uint)bits.Read(24) };
        // Whether purpose 1 was shown at all, and the publisher's country.
        bits.Skip(1 + 12);
        var sound = true;
        tc = tc with { VendorConsent = VendorSet.Holds(ref bits, vendor, ref sound) };
        VendorSet.Holds(ref bits, vendor, ref sound);
        tc = tc with { Barred = Restrictions(ref bits, vendor, ref sound) };
        return sound;
    }

    private static uint Restrictions(ref BitReader bits, int vendor, ref bool sound)
    {
        const int RequireConsent = 1;
        var barred = 0u;
        for (var left = bits.Int(12); left > 0 && !bits.Broken; left--)
        {
            var (purpose, kind) = (bits.Int(6), bits.Int(2));
            var ours = VendorSet.RangesHold(ref bits, vendor, ushort.MaxValue, ref sound);
            sound &= purpose is >= 1 and <= 24;
            if (ours && kind != RequireConsent && sound) barred |= Purpose(purpose);
        }

        return barred;
    }

    private static bool Segment(ref BitReader bits, int vendor, ref TcString tc)
    {
        var sound = true;
        switch (bits.Int(3))
        {
            case 1 when tc.Disclosed is null:
                tc = tc with { Disclosed = VendorSet.Holds(ref bits, vendor, ref sound) };
                return sound;
            case 2: // vendors once allowed to claim other legal bases; read to see that it can be
                VendorSet.Holds(ref bits, vendor, ref sound);
                return sound;
            case 3 when tc.PublisherConsents is null:
                tc = tc with { PublisherConsents = (uint)bits.Read(24) };
                bits.Skip(24);
                bits.Skip(2 * bits.Int(6));
                return true;
            default: return false;
        }
    }
}
