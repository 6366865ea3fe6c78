namespace Personalization.Consent.Signals;

/// <summary>
/// The vote of a GPP string: that of its European section (2), which is a TC string, and of its US national one (7).
/// Other sections are passed over. A string that does not hold together may have said anything, so all of it is a no.
/// </summary>
public static class GppSignal
{
    private const int TcfEurope = 2;
    private const int UsNational = 7;

    public static Vote Read(ReadOnlySpan<byte> text, TcfOptions tcf, DateTimeOffset now)
    {
        if (text.Length > TcString.MaxLength) return Vote.No(Purposes.All);
        var vote = Vote.Silent;
        var sections = new GppSections(text);
        while (sections.Next(out var id, out var section))
        {
            if (id == TcfEurope) vote += TcfSignal.Read(section, tcf, now);
            else if (id == UsNational) vote += Signals.UsNational.Read(section);
        }

        return sections.Broken ? Vote.No(Purposes.All) : vote;
    }
}
