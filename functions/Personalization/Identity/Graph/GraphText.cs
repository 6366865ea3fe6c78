using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Personalization.Identity.Graph;

/// <summary>The canonical form of events and graphs: one thing, one text.</summary>
internal static class GraphText
{
    public static string Of(IdentityEvent e) => JsonSerializer.Serialize(e, Stored.Default.IdentityEvent);

    public static string Hash(IdentityGraph graph)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var cluster in graph.Clusters)
        {
            Line(hash, $"cluster {string.Join(' ', cluster.Members)}");
            foreach (var l in cluster.Links) Line(hash, $"link {l.Subject} {l.Link:x16} {l.Namespace} {l.First.At.UtcTicks} {l.Last.At.UtcTicks} {l.AuthenticatedAt?.UtcTicks} {l.Ended?.UtcTicks}");
            foreach (var m in cluster.Merges) Line(hash, $"merge {m.Merge}");
            foreach (var c in cluster.Confidence) Line(hash, $"confidence {c.Namespace} {BitConverter.DoubleToInt64Bits(c.Confidence):x16}");
        }

        foreach (var c in graph.Cases) Line(hash, $"case {c.Asked.Case} {c.Answered?.Verdict}");
        foreach (var s in graph.Steps) Line(hash, $"step {s.Outcome} {s.Why} {Of(s.Event)}");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // A line break cannot be in a line: texts of events are JSON, and names of namespaces and merges are declared or drawn.
    private static void Line(IncrementalHash hash, string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
}
