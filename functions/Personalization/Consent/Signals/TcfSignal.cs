namespace Personalization.Consent.Signals;

/// <summary>
/// The vote of a TC string. It speaks of five purposes: what it does not grant of them it denies, and one that cannot be
/// read, does not stand or has expired denies all five. Legitimate interest never counts: what is mapped needs consent.
/// </summary>
public static class TcfSignal
{
    /// <summary>What a TC string speaks of. Of sensitive history and of other devices it says nothing.</summary>
    public const Purposes Spoken = Purposes.Personalization | Purposes.Marketing | Purposes.Training | Purposes.Location | Purposes.ThirdParty;

    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    // From 1 October 2023 on, strings of policy versions before 4 (TCF 2.2) are void.
    private static readonly long Policy4Since = Deciseconds(new(2023, 10, 1, 0, 0, 0, TimeSpan.Zero));

    public static Vote Read(ReadOnlySpan<byte> text, TcfOptions options, DateTimeOffset now)
    {
        var granted = TcString.TryParse(text, options.Vendor, out var tc) && Stands(tc, options, now) ? Granted(tc, options.Vendor) : Purposes.None;
        return new(granted, Spoken & ~granted);
    }

    private static bool Stands(in TcString tc, TcfOptions options, DateTimeOffset now)
    {
        var latest = Deciseconds(now + MaxSkew);
        return tc.ServiceSpecific // strings of global scope are void
            && tc.Disclosed is not null // mandatory since TCF 2.3
            && tc.Created <= latest && tc.LastUpdated <= latest
            && tc.LastUpdated >= Deciseconds(now - options.MaxAge)
            && (tc.LastUpdated < Policy4Since || tc.PolicyVersion >= 4);
    }

    private static Purposes Granted(in TcString tc, int vendor)
    {
        if (vendor != 0 && !(tc.VendorConsent && tc.Disclosed == true)) return Purposes.None;
        var consents = vendor == 0 ? tc.PublisherConsents ?? tc.Consents : tc.Consents & ~tc.Barred;
        return When(consents, TcString.Purpose(5) | TcString.Purpose(6), Purposes.Personalization)
            | When(consents, TcString.Purpose(3) | TcString.Purpose(4), Purposes.Marketing)
            | When(consents, TcString.Purpose(10), Purposes.Training)
            | When(consents, TcString.Purpose(1) | TcString.Purpose(2) | TcString.Purpose(7), Purposes.ThirdParty)
            | (tc.HasSpecialFeature(1) ? Purposes.Location : Purposes.None);
    }

    private static Purposes When(uint consents, uint all, Purposes purpose) => (consents & all) == all ? purpose : Purposes.None;

    private static long Deciseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 100;
}

/// <param name="Vendor">Our id on the Global Vendor List; 0 where we are the publisher's own service and no vendor.</param>
/// <param name="MaxAge">How long after its last update a TC string counts; the framework's longest is 13 months.</param>
public sealed record TcfOptions(int Vendor, TimeSpan MaxAge)
{
    public static TcfOptions Read(Settings s) => new(
        s.Int("Consent:TcfVendor", 0, 0, ushort.MaxValue, "our id on the TCF Global Vendor List; 0: no vendor but the publisher's own service"),
        s.Time("Consent:TcfMaxAge", TimeSpan.FromDays(396), TimeSpan.FromDays(1), TimeSpan.FromDays(396), "how long after its last update a TC string counts"));
}
