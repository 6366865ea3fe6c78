using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Personalization.Consent;

/// <summary>
/// What holds, region by region, for whoever says nothing. Asking costs one or two look-ups and no memory: every event
/// and every decision asks.
/// </summary>
public sealed class ConsentPolicy
{
    // The European Union and the rest of the European Economic Area, then those whose law asks first as well.
    private const string AskFirst = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH BR";
    private const string LetObject = "US";

    private readonly FrozenDictionary<ulong, Regime> regions;

    public ConsentPolicy(int version, IReadOnlyDictionary<Region, Regime> regions, Regime other)
    {
        (Version, Other) = (version, other);
        this.regions = regions.ToFrozenDictionary(r => r.Key.Code, r => r.Value);
    }

    public int Version { get; }

    public Regime Other { get; }

    /// <summary>A part of a country that is not named itself is as its country.</summary>
    public Regime RegimeOf(Region region) =>
        regions.TryGetValue(region.Code, out var regime) || regions.TryGetValue(region.Country.Code, out regime) ? regime : Other;

    public Purposes Standard(Region region) => Standard(RegimeOf(region));

    /// <summary>Nothing unless it is said, or all but what is sensitive by itself.</summary>
    public static Purposes Standard(Regime regime) =>
        regime == Regime.OptOut ? Purposes.All & ~(Purposes.Sensitive | Purposes.Location) : Purposes.None;

    /// <summary>The whole content in a form that two policies share only if they decide alike.</summary>
    public string Content() => string.Join('\n',
        [.. regions.Select(r => Line(new Region(r.Key).ToString(), r.Value)).Order(StringComparer.Ordinal), Line("*", Other)]);

    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content())));

    public static ConsentPolicy Read(Settings s)
    {
        var version = s.Int("Consent:PolicyVersion", 1, 1, ushort.MaxValue, "version of the regional defaults; raise it with every change of them");
        var optIn = Regions(s, "Consent:OptInRegions", "regions where nothing is granted unless it is said (ISO 3166, such as DE or US-CA); empty: EU, EEA, GB, CH, BR");
        var optOut = Regions(s, "Consent:OptOutRegions", "regions where all but sensitive and location is granted until it is refused; empty: US");
        var other = s.Choice("Consent:OtherRegions", Regime.OptIn, "which of the two holds everywhere else, and where no region is known");
        foreach (var both in optIn.Intersect(optOut)) s.Refuse($"Consent__OptInRegions and Consent__OptOutRegions both name {both}.");
        var all = new Dictionary<Region, Regime>();
        foreach (var region in optIn.Count > 0 ? optIn : [.. Known(AskFirst).Except(optOut)]) all[region] = Regime.OptIn;
        foreach (var region in optOut.Count > 0 ? optOut : [.. Known(LetObject).Except(optIn)]) all[region] = Regime.OptOut;
        return new(version, all, other);
    }

    private static string Line(string region, Regime regime) => $"{region} {regime} {string.Join(',', PurposeNames.Of(Standard(regime)))}";

    private static List<Region> Regions(Settings s, string key, string about)
    {
        var found = new List<Region>();
        foreach (var text in s.List(key, about))
        {
            if (Region.TryParse(text, out var region)) found.Add(region);
            else s.Refuse($"{key.Replace(":", "__")} must hold ISO 3166 codes such as DE or US-CA; one of them is none.");
        }

        return found;
    }

    private static IEnumerable<Region> Known(string codes) => codes.Split(' ').Select(c => Region.TryParse(c, out var region) ? region : throw new FormatException());
}

/// <summary>The two ways in which law treats silence.</summary>
public enum Regime : byte
{
    /// <summary>Silence is a no.</summary>
    OptIn,

    /// <summary>Silence is a yes, but for what is sensitive.</summary>
    OptOut,
}
