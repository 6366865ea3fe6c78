using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Events.Reading;

namespace Personalization.Events;

/// <summary>What events themselves say of consent. The events of one request mostly carry the same strings, so the last of each is remembered.</summary>
internal ref struct NamedConsent(TcfOptions options, DateTimeOffset now)
{
    private ReadOnlySpan<byte> tcf, gpp;
    private Vote tcfVote, gppVote;

    public Vote Of(EventBatch events, in IncomingEvent e)
    {
        var vote = e.Consent;
        if (e.Gpc) vote += Gpc.Withdrawn;
        if (!e.Tcf.IsEmpty) vote += Tcf(events.Text(e.Tcf));
        if (!e.Gpp.IsEmpty) vote += Gpp(events.Text(e.Gpp));
        return vote;
    }

    private Vote Tcf(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual(tcf)) return tcfVote;
        tcf = text;
        return tcfVote = TcfSignal.Read(text, options, now);
    }

    private Vote Gpp(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual(gpp)) return gppVote;
        gpp = text;
        return gppVote = GppSignal.Read(text, options, now);
    }
}
