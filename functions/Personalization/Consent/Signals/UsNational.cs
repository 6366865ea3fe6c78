namespace Personalization.Consent.Signals;

/// <summary>
/// The US national section of GPP, versions 1 and 2: two bits a field, 1 for "opted out" or "no consent", 2 for the
/// opposite, 0 for "does not apply". It only ever withdraws: not having opted out is no grant.
/// </summary>
internal static class UsNational
{
    private const int PreciseGeolocation = 7;

    public static Vote Read(ReadOnlySpan<byte> text)
    {
        var (vote, first, gpc) = (Vote.Silent, true, false);
        foreach (var range in text.Split((byte)'.'))
        {
            var bits = new BitReader(text[range]);
            if (first ? !Core(ref bits, ref vote) : gpc || !GpcSegment(ref bits, ref vote)) return Vote.No(Purposes.All);
            gpc = !first;
            first = false;
        }

        return vote;
    }

    private static bool Core(ref BitReader bits, ref Vote vote)
    {
        var version = bits.Int(6);
        if (version is not (1 or 2)) return false;
        var sound = true;
        // Which notices were given: of sharing, sale, sharing again, targeted advertising and twice of sensitive data.
        for (var i = 0; i < 6; i++) Refused(ref bits, ref sound);
        var denied = Denied(ref bits, Purposes.ThirdParty, ref sound) // sale
            | Denied(ref bits, Purposes.ThirdParty, ref sound) // sharing
            | Denied(ref bits, Purposes.Marketing | Purposes.ThirdParty, ref sound); // targeted advertising
        var sensitive = version == 1 ? 12 : 16;
        for (var i = 0; i < sensitive; i++) denied |= Denied(ref bits, i == PreciseGeolocation ? Purposes.Sensitive | Purposes.Location : Purposes.Sensitive, ref sound);
        var children = version == 1 ? 2 : 3;
        for (var i = 0; i < children; i++) denied |= Denied(ref bits, Purposes.All, ref sound);
        denied |= Denied(ref bits, Purposes.Personalization | Purposes.Training, ref sound); // use beyond what it was collected for
        // Under which contract the sender acts.
        for (var i = 0; i < 3; i++) Refused(ref bits, ref sound);
        vote += Vote.No(denied);
        return sound && !bits.Broken;
    }

    private static bool GpcSegment(ref BitReader bits, ref Vote vote)
    {
        if (bits.Int(2) != 1) return false;
        if (bits.Bit()) vote += Gpc.Withdrawn;
        return !bits.Broken;
    }

    private static Purposes Denied(ref BitReader bits, Purposes purposes, ref bool sound) => Refused(ref bits, ref sound) ? purposes : Purposes.None;

    private static bool Refused(ref BitReader bits, ref bool sound)
    {
        var value = bits.Int(2);
        sound &= value != 3;
        return value == 1;
    }
}
