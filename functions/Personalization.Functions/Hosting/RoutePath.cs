namespace Personalization.Functions.Hosting;

/// <summary>A route as the host and we both read it: literal segments and single-segment parameters.</summary>
public sealed record RoutePath(IReadOnlyList<string?> Segments, int Optional, string? Fault)
{
    public int Literals => Segments.Count(s => s is not null);

    public static RoutePath Parse(string route)
    {
        var segments = new List<string?>();
        var optional = 0;
        string? fault = null;
        foreach (var s in route.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var parameter = s.StartsWith('{') && s.EndsWith('}');
            if (s.Contains('*')) fault = "has a catch-all, which could reach other functions' paths";
            if (!parameter && s.AsSpan().ContainsAny("{}")) fault = "has a parameter that is not a whole segment";
            if (!parameter && !s.Contains('{') && s.Contains(':')) fault = "has a colon; actions are segments of their own";
            if (s.EndsWith("?}", StringComparison.Ordinal)) optional++;
            segments.Add(parameter ? null : s);
        }

        if (segments is [{ } first, ..] && (first.StartsWith("admin", StringComparison.OrdinalIgnoreCase) || first.StartsWith("runtime", StringComparison.OrdinalIgnoreCase)))
            fault = "begins with 'admin' or 'runtime', which the host keeps for itself";
        return new(segments, optional, fault);
    }

    /// <summary>Whether some path fits both, compared as the host does: without regard to case.</summary>
    public bool Matches(RoutePath other)
    {
        for (var n = Segments.Count - Optional; n <= Segments.Count; n++)
        {
            if (n < other.Segments.Count - other.Optional || n > other.Segments.Count) continue;
            if (Enumerable.Range(0, n).All(i => Segments[i] is null || other.Segments[i] is null || string.Equals(Segments[i], other.Segments[i], StringComparison.OrdinalIgnoreCase))) return true;
        }

        return false;
    }

    /// <summary>Whether the literal segments of a path that the router found are spelt exactly so: our paths are case-sensitive.</summary>
    public bool Spells(ReadOnlySpan<char> path)
    {
        for (var i = 0; i < Segments.Count; i++)
        {
            var segment = Segments[i];
            path = path.TrimStart('/');
            var end = path.IndexOf('/');
            var here = end < 0 ? path : path[..end];
            if (segment is not null && !here.SequenceEqual(segment)) return false;
            path = path[here.Length..];
        }

        return true;
    }
}
