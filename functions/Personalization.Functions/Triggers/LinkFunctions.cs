using System.Text.Json.Serialization;
using Personalization.Consent;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;

namespace Personalization.Functions.Triggers;

/// <summary>Identifiers of somebody who signed in, and finding who an identifier stands for.</summary>
internal static class LinkFunctions
{
    private const int Most = 16;

    public static IEnumerable<Function> All(SignIns signIns, People people, ConsentDesk consents) =>
    [
        new("FindIdentity", new Trigger.Http("POST", "identity/subjects", Roles.Compliance, http => Find(http, people))),
        new("LinkIdentifiers", new Trigger.Http("POST", "identity/links", Roles.Frontend, http => Link(http, signIns, people, consents))),
    ];

    private static async ValueTask<IResult> Link(HttpContext http, SignIns signIns, People people, ConsentDesk consents)
    {
        var request = await RequestBody.Json(http, Json.Default.LinkRequest);
        var who = people.Show(request.User, request.Visitor);
        if (who.Fault is var (field, reason)) return Problem.Invalid(field, reason);
        if (who.Id is null || who.IsNew) return Problem.Invalid("visitor", "is missing or a token that is over; identifiers are linked to a user or a visitor");
        if (request.Identities is not { Count: > 0 }) return Problem.Invalid("identities", "is missing; it holds what is to be linked");
        if (request.Identities.Count > Most) return Problem.TooManyItems("identities", Most);
        var read = request.Identities.Select((i, n) => (Shown: Named(people, i, $"identities[{n}]"), i?.Namespace)).ToList();
        if (read.Find(r => r.Shown.Fault is not null).Shown.Fault is var (where, why)) return Problem.Invalid(where, why);
        if (Unfit(request) is var (place, unfit)) return Problem.Invalid($"identities[{place}].namespace", unfit);
        if (!await consents.Allows(request.User, request.Visitor, Purposes.Personalization, http.RequestAborted)) return Problem.NoConsent;
        var answers = new List<LinkAnswer>();
        foreach (var (shown, space) in read)
        {
            var outcome = await signIns.Link(who.Id, shown.Id!, 0, http.RequestAborted);
            answers.Add(new(space!, outcome.Status.ToString().ToLowerInvariant(), outcome.Case));
        }

        return Answer.Json(200, new(answers), Json.Default.LinksMade);
    }

    private static Shown Named(People people, NamedIdentity? identity, string field) =>
        people.Show(identity?.Namespace, identity?.Value, field) is { IsNew: false } shown ? shown : Shown.As($"{field}.value", null, "is a token that is over");

    // An account is nobody's to give away, and an address is claimed by who signed in.
    private static (int Place, string Reason)? Unfit(LinkRequest request)
    {
        foreach (var (n, identity) in request.Identities!.Index())
        {
            if (identity!.Namespace == Namespaces.User.Name) return (n, "must not be user: two accounts are two people until somebody merges them");
            if (request.User is null && (identity.Namespace == Namespaces.Mail.Name || identity.Namespace == Namespaces.Phone.Name)) return (n, "is taken from a user only, who has signed in");
        }

        return null;
    }

    private static async ValueTask<IResult> Find(HttpContext http, People people)
    {
        var request = await RequestBody.Json(http, Json.Default.NamedIdentity);
        var shown = people.Show(request.Namespace, request.Value, "");
        if (shown.Fault is var (field, reason)) return Problem.Invalid(field, reason);
        return shown.Id is { } && await people.Find(default, shown, http.RequestAborted) is { } found
            ? Answer.Json(200, new(found.Key), Json.Default.SubjectFound)
            : Problem.NoSuch("person");
    }
}

/// <param name="User">Who signed in.</param>
/// <param name="Visitor">The browser of somebody who did not.</param>
/// <param name="Identities">Other identifiers of theirs.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LinkRequest(string? User, string? Visitor, IReadOnlyList<NamedIdentity?>? Identities)
{
    public override string ToString() => nameof(LinkRequest);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NamedIdentity(string? Namespace, string? Value)
{
    public override string ToString() => nameof(NamedIdentity);
}

internal sealed record LinksMade(IReadOnlyList<LinkAnswer> Links);

/// <param name="Namespace">The kind of identifier, in the order they were sent.</param>
/// <param name="Status"><c>linked</c>, <c>noted</c>, <c>joined</c>, <c>held</c> or <c>full</c>.</param>
/// <param name="Case">Where it is held: the case somebody has to look at.</param>
internal sealed record LinkAnswer(string Namespace, string Status, string? Case);

internal sealed record SubjectFound(string Subject);
