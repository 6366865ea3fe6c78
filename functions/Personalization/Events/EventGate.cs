using Personalization.Identity;

namespace Personalization.Events;

/// <summary>Decides over one event: can it be read, is it in time, is it allowed. The order of the lines is the policy.</summary>
public static class EventGate
{
    private static readonly string[] Names = ["view", "click", "dwell", "add_to_cart", "remove_from_cart", "purchase", "rate", "impression", "search", "custom"];

    public static Verdict Decide(IncomingEvent e, DateTimeOffset now, EventOptions options)
    {
        if (Malformed(e) is { } rejected) return rejected;
        var type = Find(e.Type)!.Value;
        var at = e.Time ?? now;
        if (at > now + options.MaxSkew) return new Verdict.Rejected("time", $"lies more than {options.MaxSkew.TotalMinutes} minutes in the future");
        if (at < now - options.MaxAge) return new Verdict.Dropped("too-late");
        if (e.Consent is not { Personalization: true }) return new Verdict.Dropped("no-consent:personalization");
        if (type == EventType.Purchase && !e.Consent.Sensitive) return new Verdict.Dropped("no-consent:sensitive");
        return new Verdict.Accepted(type, at, Items(e));
    }

    private static Verdict.Rejected? Malformed(IncomingEvent e)
    {
        if (string.IsNullOrEmpty(e.Id)) return new("id", "is missing");
        if (e.Id.Length > Pseudonyms.MaxIdLength) return TooLong("id");
        if (Find(e.Type) is not { } type) return new("type", $"must be one of {string.Join(", ", Names)}");
        if (string.IsNullOrEmpty(e.User) && string.IsNullOrEmpty(e.Visitor)) return new("visitor", "is missing; an event needs a user or a visitor");
        if (e.User is { Length: 0 or > Pseudonyms.MaxIdLength }) return TooLong("user");
        if (e.Visitor is { Length: 0 or > Pseudonyms.MaxIdLength }) return TooLong("visitor");
        if (type is not (EventType.Impression or EventType.Search or EventType.Custom) && e.Item is null && e.Items is not { Count: > 0 }) return new("item", $"is missing; a {e.Type} is about an item");
        if (e.Items is { Count: > EventOptions.MaxItems }) return new("items", $"holds more than {EventOptions.MaxItems} items");
        if (Items(e).Any(i => i is null or { Length: 0 or > Pseudonyms.MaxIdLength })) return TooLong("item");
        if (type == EventType.Search && string.IsNullOrEmpty(e.Query)) return new("query", "is missing; a search has a query");
        return null;
    }

    private static IReadOnlyList<string> Items(IncomingEvent e) =>
        e.Item is null ? e.Items ?? [] : e.Items is null ? [e.Item] : [e.Item, .. e.Items];

    private static EventType? Find(string? name) => Array.IndexOf(Names, name) is >= 0 and var i ? (EventType)(i + 1) : null;

    private static Verdict.Rejected TooLong(string field) => new(field, $"must have 1 to {Pseudonyms.MaxIdLength} characters");
}
