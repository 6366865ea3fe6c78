using System.Text;

namespace Personalization.Catalog;

/// <summary>What an item can be described by.</summary>
public enum TermKind : byte { Category, Brand, PriceBand, Attribute }

/// <summary>One description an item carries, such as a category or a brand: 64 bits made from its kind and name.</summary>
public readonly record struct Term(ulong Key)
{
    private static readonly KeyedHash[] Hashes = [.. Enum.GetValues<TermKind>().Select(k => new KeyedHash(0x7465726d, (ulong)k))];

    public static Term Of(TermKind kind, string name) => new(Hashes[(int)kind].Of(Encoding.UTF8.GetBytes(name)));
}

/// <summary>A term as people read it; an attribute's name is <c>attribute=value</c>.</summary>
public readonly record struct TermName(TermKind Kind, string Name);
