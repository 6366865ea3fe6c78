using Personalization.Consent;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>Every feature of the product, checked once at start: one that is not fully declared stops it, and all faults are told.</summary>
public sealed class FeatureRegistry
{
    public FeatureRegistry(IEnumerable<FeatureDefinition> features)
    {
        All = [.. features];
        var faults = All.SelectMany(Faults)
            .Concat(All.GroupBy(f => f.Number).Where(g => g.Count() > 1).Select(g => $"number {g.Key} is given twice"))
            .Concat(All.GroupBy(f => f.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{g.Key}' is declared twice"))
            .ToList();
        if (faults.Count > 0) throw new ArgumentException("Features are not fully declared: " + string.Join("; ", faults), nameof(features));
    }

    public IReadOnlyList<FeatureDefinition> All { get; }

    private static IEnumerable<string> Faults(FeatureDefinition f)
    {
        if (f.Number == 0) yield return $"'{f.Name}' has no number";
        if (string.IsNullOrWhiteSpace(f.Name)) yield return $"number {f.Number} has no name";
        if (string.IsNullOrWhiteSpace(f.Owner)) yield return $"'{f.Name}' names no owner";
        if (string.IsNullOrWhiteSpace(f.About)) yield return $"'{f.Name}' does not say what it is";
        if (f.Freshness <= TimeSpan.Zero) yield return $"'{f.Name}' does not say how fresh it is";
        if (f.Purposes == Purposes.None) yield return $"'{f.Name}' names no purpose";
        if (f.Expiry <= TimeSpan.Zero) yield return $"'{f.Name}' has no expiry";
        if (f.MaxBytes <= 0) yield return $"'{f.Name}' does not say what it costs";
        if (f.Lineage is not { Count: > 0 }) yield return $"'{f.Name}' does not say which events it is made from";
        if (!Enum.IsDefined(f.Kept)) yield return $"'{f.Name}' does not say where it is kept";
        if (f.Sensitivity != Expected(f.Kept)) yield return $"'{f.Name}' is {f.Sensitivity} but kept where {Expected(f.Kept)} belongs";
        if (f.Kept == FeaturePlace.Vault && !f.Purposes.Cover(Purposes.Sensitive)) yield return $"'{f.Name}' is in the vault without the purpose sensitive";
    }

    private static Sensitivity Expected(FeaturePlace kept) => kept switch
    {
        FeaturePlace.Vault => Sensitivity.Sensitive,
        FeaturePlace.Statistics => Sensitivity.Aggregate,
        _ => Sensitivity.Pseudonymous,
    };
}
