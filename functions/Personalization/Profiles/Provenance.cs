using Personalization.Consent;

namespace Personalization.Profiles;

/// <summary>A value that is kept of somebody, led back to what it rests on.</summary>
/// <param name="Feature">Which feature it belongs to.</param>
/// <param name="Kept">Which document.</param>
/// <param name="Attribute">What it says, and where it comes from.</param>
/// <param name="Needs">The purposes it is kept for: without any of them it goes.</param>
public sealed record TracedAttribute(string Feature, FeaturePlace Kept, FeatureAttribute Attribute, Purposes Needs);

/// <summary>Where everything comes from that is kept of somebody.</summary>
public static class Provenance
{
    /// <param name="document">A profile or a vault.</param>
    /// <param name="now">As of when, in Unix seconds; what is expired then is not told.</param>
    public static IEnumerable<TracedAttribute> Of(FeatureDocument document, uint now)
    {
        foreach (var feature in document.Features)
            foreach (var attribute in feature.Attributes(now))
                yield return new(feature.Definition.Name, feature.Definition.Kept, attribute, feature.Definition.Purposes | document.Mixed);
    }
}
