using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;

namespace Personalization.Identity.Explaining;

/// <summary>What a merge would make of two, or has made.</summary>
/// <param name="Members">The subjects of the person.</param>
/// <param name="Granted">The purposes they agreed to, taken together.</param>
/// <param name="Denied">The purposes they refused.</param>
/// <param name="Allowed">What may be done for them.</param>
/// <param name="Attributes">Every value a decision would see; of the vault without what it says.</param>
/// <param name="Caps">How often they were shown what, summed over the members.</param>
/// <param name="Buckets">Which variants of experiments they count for.</param>
/// <param name="Unreadable">Documents that could not be read and are left out.</param>
public sealed record PreviewReport(
    IReadOnlyList<string> Members, IReadOnlyList<string> Granted, IReadOnlyList<string> Denied, IReadOnlyList<string> Allowed,
    IReadOnlyList<AttributeReport> Attributes, IReadOnlyList<CapReport> Caps, IReadOnlyList<Bucket> Buckets, int Unreadable)
{
    public static PreviewReport Of(PersonPreview p, CatalogueSnapshot catalogue) => new(
        [.. p.Members.Select(m => m.ToString())], PurposeNames.Of(p.Consent.Granted), PurposeNames.Of(p.Consent.Denied), PurposeNames.Of(p.Allowed),
        [.. p.Attributes.Select(a => Explained.AttributeOf(a, p.Consent.Denied, catalogue))], [.. p.Caps.Select(c => new CapReport($"{c.Cap:x16}", c.Window, c.Count))], p.Buckets, p.Unreadable);
}

/// <param name="Cap">The keyed name of the campaign or slot, in hex.</param>
/// <param name="Window">The number of the window it counts in.</param>
/// <param name="Count">How often.</param>
public sealed record CapReport(string Cap, uint Window, int Count);
