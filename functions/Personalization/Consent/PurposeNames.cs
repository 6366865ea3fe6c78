using System.Collections.Immutable;

namespace Personalization.Consent;

/// <summary>The purposes as they are written: on the wire, in ledger rows, in labels.</summary>
public static class PurposeNames
{
    private static readonly (Purposes Purpose, string Name)[] Known =
    [
        (Purposes.Personalization, "personalization"), (Purposes.Sensitive, "sensitive"), (Purposes.Location, "location"), (Purposes.CrossDevice, "crossDevice"),
        (Purposes.Training, "training"), (Purposes.Marketing, "marketing"), (Purposes.ThirdParty, "thirdParty"),
    ];

    public static ImmutableArray<(Purposes Purpose, string Name)> All { get; } = [.. Known];

    public static IReadOnlyList<string> Of(Purposes purposes) => [.. Known.Where(k => purposes.HasFlag(k.Purpose)).Select(k => k.Name)];

    /// <summary>The first of them, without allocating; <c>none</c> where there is none.</summary>
    public static string First(Purposes purposes)
    {
        foreach (var (purpose, name) in Known)
            if ((purposes & purpose) != Purposes.None) return name;
        return "none";
    }

    /// <summary>Null where a name is none of ours: whatever it meant, it cannot be left out.</summary>
    public static Purposes? Parse(IReadOnlyList<string>? names)
    {
        if (names is null) return null;
        var all = Purposes.None;
        foreach (var name in names)
        {
            var known = Array.Find(Known, k => k.Name == name);
            if (known.Name is null) return null;
            all |= known.Purpose;
        }

        return all;
    }
}
