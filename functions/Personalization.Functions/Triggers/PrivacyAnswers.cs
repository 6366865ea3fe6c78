using System.Text.Json.Serialization;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Triggers;

/// <summary>A request as it is sent.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PrivacyAsked
{
    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(PrivacyAsked);

    public string? Id { get; init; }
    public string? Type { get; init; }
    public string? User { get; init; }
    public string? Visitor { get; init; }
    public IReadOnlyList<AskedIdentity?>? Identities { get; init; }
    public string? Regulation { get; init; }
    public IReadOnlyList<string?>? Callbacks { get; init; }
}

/// <param name="Namespace">Which kind of identifier.</param>
/// <param name="Value">The identifier, or its hash.</param>
/// <param name="Format"><c>raw</c> or <c>sha256</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AskedIdentity(string? Namespace, string? Value, string? Format)
{
    public override string ToString() => nameof(AskedIdentity);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ShownToken(string? Token)
{
    public override string ToString() => nameof(ShownToken);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DenialAsked(string? Reason);

/// <summary>How a request stands. Whether anything was found of the person is not in it.</summary>
/// <param name="Id">As it was sent, or ours.</param>
/// <param name="Type">What was asked for.</param>
/// <param name="Regulation">Under which law.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Phase">Where it is, while it is carried out.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Deadline">When the law wants it done.</param>
/// <param name="Overdue">Whether that is over.</param>
/// <param name="BegunAt">When it was begun.</param>
/// <param name="WaitsUntil">Until when the stream runs out.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Reason">Why it was denied, or which step failed.</param>
/// <param name="Retries">How often staff had it tried again.</param>
/// <param name="Export">What can be fetched.</param>
/// <param name="Certificate">Where the proof of it is.</param>
/// <param name="Verification">What the person has to show; only in the answer that tells of the request.</param>
internal sealed record PrivacyStatus(
    string Id, string Type, string Regulation, string Status, string? Phase, DateTimeOffset ReceivedAt, DateTimeOffset Deadline, bool Overdue, DateTimeOffset? BegunAt,
    DateTimeOffset? WaitsUntil, DateTimeOffset? EndedAt, string? Reason, int Retries, ExportStatus? Export, string? Certificate, VerificationAsked? Verification)
{
    // Records print their members; a token is a key.
    public override string ToString() => nameof(PrivacyStatus);

    public static PrivacyStatus Of(PrivacyRequest r, DateTimeOffset now, string? token = null) => new(
        r.Id, RequestWords.Of(r.Type), RequestWords.Of(r.Regulation), RequestWords.Of(r.State), r.Phase is { } phase ? RequestWords.Of(phase) : null, r.ReceivedAt, r.Deadline, r.IsOverdue(now),
        r.BegunAt, r.WaitsUntil, r.EndedAt, r.Reason, r.Retries, r.Export is { } e && now < e.Until ? new(e.Until, e.LinkUntil) : null,
        r is { Type: RequestType.Erasure, State: RequestState.Completed } ? $"/privacy/requests/{r.Id}/certificate" : null,
        token is not null && r.Challenge is { } c ? new(token, c.Until) : null);
}

/// <param name="ExpiresAt">When it is deleted.</param>
/// <param name="LinkExpiresAt">Until when the link that was given out last can be used; missing where there is none, or it was used.</param>
internal sealed record ExportStatus(DateTimeOffset ExpiresAt, DateTimeOffset? LinkExpiresAt);

internal sealed record VerificationAsked(string Token, DateTimeOffset ExpiresAt);

internal sealed record RequestsListed(IReadOnlyList<PrivacyStatus> Requests, string? Next);

/// <param name="Path">Where it can be fetched, once, by whoever has this.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record LinkGiven(string Path, DateTimeOffset ExpiresAt)
{
    public override string ToString() => nameof(LinkGiven);
}
