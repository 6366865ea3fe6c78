using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Rules;

namespace Personalization.Segments;

/// <summary>Every reservation, as it is kept.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReservationBook
{
    public IReadOnlyList<Reservation>? Reservations { get; init; }

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.ReservationBook);

    /// <summary>Null for a body that is none.</summary>
    public static ReservationBook? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.ReservationBook) is { Reservations: { } all } book && all.All(r => r?.Fault() is null) ? book : null;
}

/// <summary>Places kept for one campaign, as a marketer sends it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Reservation
{
    private const int MaxName = 64;
    private const int MaxPlaces = 1_000_000;

    // Seconds from 1970 fit 32 bits until then.
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Its decisions are asked with this name as the channel.</summary>
    public string? Campaign { get; init; }

    /// <summary>How many; 0 takes the reservation back.</summary>
    public int? Singletons { get; init; }

    /// <summary>The first moment, with its offset.</summary>
    public string? From { get; init; }

    /// <summary>The first moment no more.</summary>
    public string? Until { get; init; }

    /// <summary>What is wrong with it: the field and the reason. Null when nothing is.</summary>
    public (string Field, string Reason)? Fault() => this switch
    {
        { Campaign: not { Length: >= 1 and <= MaxName } } => ("campaign", $"must have 1 to {MaxName} characters"),
        { Singletons: not (>= 0 and <= MaxPlaces) } => ("singletons", $"must be between 0 and {MaxPlaces}"),
        _ when !IsTime(From) => ("from", Form),
        _ when !IsTime(Until) => ("until", Form),
        _ when RuleTexts.Time(From) >= RuleTexts.Time(Until) => ("until", "must be after from"),
        _ => null,
    };

    private const string Form = "must be a time with its offset, such as 2026-03-14T15:09:26Z";

    private static bool IsTime(string? text) => RuleTexts.Time(text) is { } at && at >= DateTimeOffset.UnixEpoch && at < Latest;
}
