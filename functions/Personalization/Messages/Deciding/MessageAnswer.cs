using System.Text.Json.Serialization;

namespace Personalization.Messages.Deciding;

/// <summary>What to say, why, and what was not said.</summary>
/// <param name="Decision">Its name.</param>
/// <param name="Slots">As they were asked for.</param>
/// <param name="Suppressed">What would have been said there.</param>
/// <param name="Tier"><c>singleton</c> where something that is known of the person had a say, else <c>macro</c>.</param>
/// <param name="Versions">Which campaigns.</param>
/// <param name="Consent">What of it rests on the person's leave.</param>
/// <param name="Degraded">Whether something that should have been read or written was not.</param>
/// <param name="FallbackReason">What was missing.</param>
/// <param name="Visitor">The token they are to use from now on; missing where they go on with what they have.</param>
public sealed record MessageAnswer(
    string Decision, IReadOnlyList<MessageSlot> Slots, IReadOnlyList<SuppressedMessage> Suppressed, string Tier, MessageVersions Versions, MessageConsent Consent,
    bool Degraded, string? FallbackReason, string? Visitor);

/// <param name="Name">Which slot.</param>
/// <param name="Message">Null where nothing is to be said.</param>
public sealed record MessageSlot(string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Message? Message);

/// <param name="Campaign">Its id.</param>
/// <param name="Content">As the campaign has it.</param>
/// <param name="Reservation">By what its showing is confirmed or given back; missing where nothing counts it.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="Score">Value × urgency × consent.</param>
/// <param name="Reasons">The factors of that.</param>
public sealed record Message(string Campaign, string? Content, string? Reservation, DateTimeOffset? ExpiresAt, double Score, IReadOnlyList<string> Reasons);

public sealed record SuppressedMessage(string Campaign, string Reason);

public sealed record MessageVersions(string Campaigns);

/// <param name="Used">Purposes what is said rests on.</param>
/// <param name="Withheld">Purposes that are not allowed and would have let more be said.</param>
public sealed record MessageConsent(IReadOnlyList<string> Used, IReadOnlyList<string> Withheld);
