using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Triggers;

/// <summary>Understands a request as it is sent, or says which field is wrong.</summary>
internal static class PrivacyIntake
{
    public static RequestAsk Read(PrivacyAsked asked, People people, PrivacyOptions options)
    {
        if (asked.Id is { } id && !RequestAsk.IsId(id)) throw Refused("id", $"must have 1 to {RequestAsk.MaxId} letters, digits and hyphens; it is kept, so it must not name a person");
        var type = RequestWords.TypeOf(asked.Type) ?? throw Refused("type", $"must be one of {RequestWords.Types}");
        var regulation = RequestWords.RegulationOf(asked.Regulation ?? "gdpr") ?? throw Refused("regulation", "must be gdpr or ccpa");
        return new(asked.Id ?? RequestAsk.NewId(), type, regulation, [.. Named(asked, people)], Callbacks(asked.Callbacks, "callbacks", options), null, Vouched: false);
    }

    public static IReadOnlyList<string> Callbacks(IReadOnlyList<string?>? callbacks, string field, PrivacyOptions options)
    {
        if (callbacks is null) return [];
        if (callbacks.Count > CallbackRules.Most) throw new RefusedException(Problem.TooManyItems(field, CallbackRules.Most));
        foreach (var (n, callback) in callbacks.Index())
            if (CallbackRules.Fault(callback, options) is { } fault) throw Refused($"{field}[{n}]", fault);
        return [.. callbacks.Select(c => c!).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Somebody as an identity of a request names them.</summary>
    /// <param name="people">Knows what identifiers look like.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="value">The identifier, or its hash.</param>
    /// <param name="format">Which of the two; raw where nothing is said.</param>
    /// <param name="field">Where in the request it stands.</param>
    public static Shown Show(People people, string? space, string? value, string? format, string field) => format switch
    {
        null or "raw" => people.Show(space, value, field),
        "sha256" => People.ShowHashed(space, value, field),
        _ => Shown.As($"{field}.format", null, "must be raw or sha256: by other hashes nobody can be found here"),
    };

    private static IEnumerable<Shown> Named(PrivacyAsked asked, People people)
    {
        if (asked is { User: null, Visitor: null, Identities: null or { Count: 0 } }) throw Refused("identities", "is missing; a request is about a user, a visitor, or whoever has certain identities");
        if (asked.Identities is { Count: > RequestAsk.MaxPeople }) throw new RefusedException(Problem.TooManyItems("identities", RequestAsk.MaxPeople));
        if (asked.User is not null) yield return Good(people.Show(asked.User, null));
        if (asked.Visitor is not null) yield return Good(people.Show(null, asked.Visitor));
        foreach (var (n, identity) in (asked.Identities ?? []).Index()) yield return Good(Show(people, identity?.Namespace, identity?.Value, identity?.Format, $"identities[{n}]"));
    }

    private static Shown Good(Shown shown) => shown.Fault is var (field, reason) ? throw Refused(field, reason) : shown;

    private static RefusedException Refused(string field, string reason) => new(Problem.Invalid(field, reason));
}
