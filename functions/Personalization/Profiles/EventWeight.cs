using Personalization.Consent;
using Personalization.Events;

namespace Personalization.Profiles;

/// <summary>How strongly an event speaks for its items.</summary>
public static class EventWeight
{
    /// <summary>Whole numbers, so that counts over many people do not depend on the order they are added in.</summary>
    public static int Of(EventType type, float value) => type switch
    {
        EventType.View or EventType.Click or EventType.Dwell => 1,
        EventType.AddToCart => 3,
        EventType.RemoveFromCart => -2,
        EventType.Purchase => 5,
        // One to five stars: three say nothing, one as much against as five for.
        EventType.Rate => (int)Math.Clamp(MathF.Round(value) - 3, -2, 2),
        _ => 0,
    };
}
