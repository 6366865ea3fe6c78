using Personalization.Consent;

namespace Personalization.Events.Reading;

/// <summary>
/// An event as a frontend sends it, read but not yet judged. Its texts are places in the request's body, which is gone
/// when the request is; items are keys already.
/// </summary>
public record struct IncomingEvent
{
    public Fault Fault { get; set; }
    public EventType Type { get; set; }
    public Slice Id { get; set; }
    public Slice Source { get; set; }
    public Slice User { get; set; }
    public Slice Visitor { get; set; }
    public Slice Session { get; set; }
    public Slice Query { get; set; }

    /// <summary>Of what decision it came, as the sender says.</summary>
    public Slice Decision { get; set; }

    /// <summary>When it happened, in Unix milliseconds; null where it does not say.</summary>
    public long? At { get; set; }

    /// <summary>Where its item keys begin among the batch's, and how many they are.</summary>
    public int FirstItem { get; set; }
    public int Items { get; set; }

    public float? Value { get; set; }
    public int? Quantity { get; set; }
    public int? DwellMs { get; set; }
    public Region Region { get; set; }
    public bool FromThirdParty { get; set; }

    /// <summary>What the event itself says of consent, purpose by purpose and through the frameworks.</summary>
    public Vote Consent { get; set; }
    public Slice Tcf { get; set; }
    public Slice Gpp { get; set; }
    public bool Gpc { get; set; }

    /// <summary>Filled while it is judged: what becomes of it, who it is about and with which browser (places in the request's list, -1 for none), what they allow, and the key of its id and person.</summary>
    public Verdict Verdict { get; set; }
    public int Person { get; set; }
    public int Browser { get; set; }
    public Purposes Granted { get; set; }
    public ulong IdKey { get; set; }
}
