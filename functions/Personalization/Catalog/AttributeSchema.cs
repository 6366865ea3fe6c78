using System.Collections.Frozen;

namespace Personalization.Catalog;

/// <summary>The attributes items may have. As long as none is declared, any may be; from the first on, only what is declared.</summary>
public sealed class AttributeSchema(IReadOnlyList<AttributeDeclaration> declared)
{
    public static readonly AttributeSchema Open = new([]);

    private readonly FrozenDictionary<string, AttributeDeclaration> byName = declared.ToFrozenDictionary(d => d.Name!, StringComparer.Ordinal);

    public IReadOnlyList<AttributeDeclaration> Declared => declared;

    /// <summary>What in an item's attributes is not as declared, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault(Item item)
    {
        if (byName.Count == 0 || item.Attributes is null) return null;
        foreach (var (name, value) in item.Attributes)
        {
            if (!byName.TryGetValue(name, out var declaration)) return ($"attributes.{name}", "is not declared; declare it with PUT /catalog/attributes");
            if (declaration.Refuses(value) is { } reason) return ($"attributes.{name}", reason);
        }

        return null;
    }
}
