using System.Collections.Frozen;

namespace Personalization.Identity.Graph;

/// <summary>What the graph has to know of a kind of identifier.</summary>
/// <param name="Name">As it is declared.</param>
/// <param name="Unique">Whether a person has one at most: two of them are two people.</param>
/// <param name="Confidence">How likely two who share one are the same person, from 0 to 1; below 1 it joins nobody.</param>
public sealed record NamespaceRule(string Name, bool Unique, double Confidence)
{
    /// <summary>What holds for a namespace nobody declared: it proves nothing.</summary>
    public static NamespaceRule Unknown { get; } = new("unknown", false, 0);

    /// <summary>Whether it can join subjects at all, once somebody has signed in with it.</summary>
    public bool IsStrong => Confidence >= 1;
}

/// <summary>By which a graph is folded and links are decided.</summary>
public sealed class GraphRules(IEnumerable<NamespaceRule> namespaces, int clusterCap = GraphRules.DefaultClusterCap)
{
    /// <summary>Subjects of one person: a few browsers, devices and accounts, and the epochs between which they were seen.</summary>
    public const int DefaultClusterCap = 10;

    /// <summary>Open cases of one subject from which on it is a place where people meet and not a person.</summary>
    public const int Crowd = 8;

    private readonly FrozenDictionary<string, NamespaceRule> namespaces = namespaces.ToFrozenDictionary(n => n.Name, StringComparer.Ordinal);

    public int ClusterCap { get; } = clusterCap;

    public NamespaceRule Of(string name) => namespaces.GetValueOrDefault(name, NamespaceRule.Unknown);
}
