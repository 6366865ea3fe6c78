using Personalization.Consent;

namespace Personalization.Events;

/// <summary>
/// An event as a frontend sends it, read but not yet judged. Its texts are places in the request's body, which is gone
/// when the request is; items are keys already.
/// </summary>
public struct IncomingEvent
{
    public Fault Fault;
    public EventType Type;
    public Slice Id, Source, User, Visitor, Session, Query, Tcf, Gpp;

    /// <summary>When it happened, in Unix milliseconds; null where it does not say.</summary>
    public long? At;

    public int FirstItem, Items;
    public float? Value;
    public bool HasCurrency;
    public int? Quantity, DwellMs;
    public Region Region;
    public bool FromThirdParty;

    /// <summary>What the event itself says of consent.</summary>
    public Vote Consent;

    public bool Gpc;

    /// <summary>Filled while it is judged: what becomes of it, who it is about (a place in the request's list), and the key of its id and person.</summary>
    public Verdict Verdict;
    public int Person;
    public ulong IdKey;
}
