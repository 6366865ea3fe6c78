using Personalization.Consent;
using Personalization.Messages.Campaigns;

namespace Personalization.Messages.Deciding;

/// <summary>Why something is not said. As stored in logged decisions: a number stays what it is.</summary>
public enum SuppressedBy : byte
{
    NotNow = 1,
    Region = 2,
    Device = 3,
    Segment = 4,
    NoConsent = 5,
    QuietHours = 6,
    HeldOut = 7,
    Cap = 8,
    Outbid = 9,

    /// <summary>The person or their caps could not be read, or their caps not written.</summary>
    Unavailable = 10,
}

/// <summary>Something that would have been said.</summary>
/// <param name="Campaign">What.</param>
/// <param name="By">Why not.</param>
/// <param name="Detail">Which cap or purpose.</param>
public sealed record Suppressed(CompiledCampaign Campaign, SuppressedBy By, string? Detail = null)
{
    /// <summary>Every purpose that would have to be allowed.</summary>
    public Purposes Missing { get; init; }

    public string Reason => Of(By, Detail);

    public static string Of(SuppressedBy by, string? detail) => string.IsNullOrEmpty(detail) ? Name(by) : $"{Name(by)}:{detail}";

    public static string Name(SuppressedBy by) => by switch
    {
        SuppressedBy.NotNow => "not-now",
        SuppressedBy.NoConsent => "no-consent",
        SuppressedBy.QuietHours => "quiet-hours",
        SuppressedBy.HeldOut => "held-out",
        _ => by.ToString().ToLowerInvariant(),
    };
}
