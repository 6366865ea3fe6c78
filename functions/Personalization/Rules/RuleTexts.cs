using System.Globalization;
using Personalization.Catalog;

namespace Personalization.Rules;

/// <summary>Lists of names, and times, as rules have them.</summary>
internal static class RuleTexts
{
    public const int MaxNames = 100;

    /// <summary>What is wrong with a list that may be left out but not be empty.</summary>
    public static (string Field, string Reason)? Fault(string field, IReadOnlyList<string>? names, int most = MaxNames, int longest = ItemCheck.MaxText)
    {
        if (names is null) return null;
        if (names.Count == 0) return (field, "is empty, so that it never holds; leave it out");
        if (names.Count > most) return (field, $"must hold at most {most}");
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] is null || names[i].Length == 0 || names[i].Length > longest) return ($"{field}[{i}]", $"must have 1 to {longest} characters");
            if (!known.Add(names[i])) return ($"{field}[{i}]", "is in the list already");
        }

        return null;
    }

    /// <summary>Null for none, or for what is no time or leaves open when it is.</summary>
    public static DateTimeOffset? Time(string? text)
    {
        if (text is not { Length: > 19 and < 40 } || !(text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')) return null;
        return text[10] is 'T' or 't' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;
    }
}
