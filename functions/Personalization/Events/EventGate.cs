using Personalization.Consent;
using Personalization.Events.Reading;

namespace Personalization.Events;

/// <summary>Decides over one event: can it be read, is it in time, is it allowed, and what of it. The order of the lines is the policy.</summary>
public static class EventGate
{
    public const string TooLate = "too-late";

    private static readonly string Types = "must be one of " + string.Join(", ", EventTypes.All.Select(r => r.Name));

    /// <summary>What keeps an event from saying anything; none where nothing does.</summary>
    public static Fault Malformed(in IncomingEvent e)
    {
        if (!e.Fault.None) return e.Fault;
        if (e.Id.IsEmpty) return new("id", "is missing");
        if (e.Type == default) return new("type", Types);
        var needs = e.Type.Rule().Needs;
        if ((needs & Need.Item) != Need.Nothing && e.Items == 0) return new("item", "is missing; this type of event is about an item");
        if (e.Items > StreamedEvent.MaxKeys) return new("items", "holds more than 100 items");
        if ((needs & Need.Query) != Need.Nothing && e.Query.IsEmpty) return new("query", "is missing; a search has a query");
        return default;
    }

    public static Verdict Decide(in IncomingEvent e, Purposes granted, long now, EventOptions options)
    {
        if (e.At > now + options.MaxSkew.TotalMilliseconds) return Verdict.Rejected(new("time", "lies too far in the future; set the sender's clock"));
        if (e.At < now - options.MaxAge.TotalMilliseconds) return Verdict.Dropped(TooLate);
        if (Refused(e, granted) is { } purpose) return Verdict.Dropped(purpose);
        return new(VerdictKind.Accepted, Stripped(e, granted));
    }

    /// <summary>Whether this part of an event may be kept.</summary>
    public static bool Keeps(Purposes granted, SignalClass signal) => ConsentMatrix.Allows(granted, signal);

    private static string? Refused(in IncomingEvent e, Purposes granted)
    {
        var needs = ConsentMatrix.Needs(e.Type.Rule().Signal) | (e.FromThirdParty ? ConsentMatrix.Needs(SignalClass.ThirdParty) : Purposes.None);
        return (needs & ~granted) switch
        {
            Purposes.None => null,
            var missing when (missing & Purposes.Personalization) != Purposes.None => "no-consent:personalization",
            var missing when (missing & Purposes.Sensitive) != Purposes.None => "no-consent:sensitive",
            var missing when (missing & Purposes.ThirdParty) != Purposes.None => "no-consent:thirdParty",
            _ => "no-consent",
        };
    }

    private static string? Stripped(in IncomingEvent e, Purposes granted) =>
        (!e.Query.IsEmpty && !Keeps(granted, SignalClass.Search), e.Region != Region.Unknown && !Keeps(granted, SignalClass.Location)) switch
        {
            (true, true) => "stripped:search,location",
            (true, false) => "stripped:search",
            (false, true) => "stripped:location",
            _ => null,
        };
}
