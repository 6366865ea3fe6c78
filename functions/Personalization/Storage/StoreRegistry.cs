namespace Personalization.Storage;

/// <summary>Every store of the product. Built once at start from an explicit list; what is not in it cannot be opened.</summary>
public sealed class StoreRegistry
{
    private readonly HashSet<Store> declared;

    public StoreRegistry(IEnumerable<Store> stores)
    {
        All = [.. stores];
        var faults = All.SelectMany(Faults)
            .Concat(All.GroupBy(s => (s.Kind, s.Name)).Where(g => g.Count() > 1).Select(g => $"{g.Key.Kind} store '{g.Key.Name}' is declared twice"))
            .ToList();
        if (faults.Count > 0) throw new ArgumentException("Stores are not fully declared: " + string.Join("; ", faults), nameof(stores));
        declared = [.. All];
    }

    public IReadOnlyList<Store> All { get; }

    /// <summary>Every implementation asks this before it touches a store.</summary>
    public void Require(Store store, StoreKind kind)
    {
        if (store.Kind != kind || !declared.Contains(store))
            throw new InvalidOperationException($"'{store.Name}' is not a declared {kind} store; add it to the store registry.");
    }

    private static IEnumerable<string> Faults(Store s)
    {
        if (s.Name.Length is < 3 or > 50 || !s.Name.All(char.IsAsciiLetterOrDigit) || s.Name.Any(char.IsAsciiLetterUpper)) yield return $"name '{s.Name}' is not 3 to 50 lower-case letters and digits";
        if (string.IsNullOrWhiteSpace(s.Owner)) yield return $"'{s.Name}' names no owner";
        if (string.IsNullOrWhiteSpace(s.Purpose)) yield return $"'{s.Name}' names no purpose";
        if (string.IsNullOrWhiteSpace(s.Partition)) yield return $"'{s.Name}' does not say what its partition key is";
        if (s.Expiry is { } e && e <= TimeSpan.Zero) yield return $"'{s.Name}' expires before it is written";
        if (s is { Kind: StoreKind.Stream, Expiry: null }) yield return $"the stream '{s.Name}' keeps raw behaviour for ever";
        if (s.Sensitivity is Sensitivity.Pseudonymous or Sensitivity.Sensitive && s.Subject == SubjectKey.None) yield return $"'{s.Name}' is about people but does not say how one is found";
    }
}
