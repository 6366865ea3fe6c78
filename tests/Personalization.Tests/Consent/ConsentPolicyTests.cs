using Personalization.Consent;
using Personalization.Functions;
using Personalization.Storage;

namespace Personalization.Tests.Consent;

/// <summary>What holds for silence, where.</summary>
public sealed class ConsentPolicyTests
{
    private const Purposes OptOut = Purposes.All & ~(Purposes.Sensitive | Purposes.Location);

    [Theory]
    [InlineData("DE", Purposes.None), InlineData("NO", Purposes.None), InlineData("GB", Purposes.None), InlineData("CH", Purposes.None), InlineData("BR", Purposes.None), InlineData("DE-BY", Purposes.None)]
    [InlineData("US", OptOut), InlineData("US-CA", OptOut), InlineData("us-ca", OptOut)]
    [InlineData("JP", Purposes.None), InlineData(null, Purposes.None)]
    public void Without_settings_law_decides_and_the_rest_is_strict(string? region, Purposes granted) => Assert.Equal(granted, Read().Standard(Of(region)));

    [Fact]
    public void All_members_of_the_union_and_the_area_ask_first() =>
        Assert.Equal(33, "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH BR".Split(' ').Count(c => Read(("OtherRegions", "OptOut")).RegimeOf(Of(c)) == Regime.OptIn));

    [Fact]
    public void Lists_replace_the_defaults_and_a_part_of_a_country_can_differ_from_it()
    {
        var policy = Read(("OptInRegions", "US-CA, jp"), ("OptOutRegions", "DE,US"), ("OtherRegions", "OptOut"));
        Assert.Equal([Regime.OptIn, Regime.OptOut, Regime.OptOut, Regime.OptIn, Regime.OptOut, Regime.OptOut, Regime.OptOut],
            ((string?[])["US-CA", "US-NY", "US", "JP-13", "DE", "FR", null]).Select(r => policy.RegimeOf(Of(r))));
        Assert.Equal(Regime.OptIn, Read(("OptInRegions", "US")).RegimeOf(Of("US")));
        Assert.Equal(Regime.OptIn, Read(("OptOutRegions", "FR")).RegimeOf(Of("DE")));
    }

    [Theory]
    [InlineData("OptInRegions", "DE,Germany", "Consent__OptInRegions must hold ISO 3166")]
    [InlineData("OptOutRegions", "U5", "Consent__OptOutRegions must hold ISO 3166")]
    [InlineData("PolicyVersion", "0", "Consent__PolicyVersion must be between 1 and 65535")]
    [InlineData("GpcSince", "yesterday", "Consent__GpcSince must be a day")]
    [InlineData("TcfMaxAge", "397", "Consent__TcfMaxAge must be between")]
    public void A_setting_that_is_none_stops_the_start(string key, string value, string fault)
    {
        var settings = Settings((key, value));
        ConsentOptions.Read(settings);
        Assert.StartsWith(fault, Assert.Single(settings.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_cannot_be_both()
    {
        var settings = Settings(("OptInRegions", "DE,US"), ("OptOutRegions", "us"));
        ConsentOptions.Read(settings);
        Assert.Contains("both name US", Assert.Single(settings.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_keeps_its_content()
    {
        await using var storage = InMemory.Storage(new ManualClock());
        Assert.Null(await PolicyRecord.Fault(Read(), storage.Documents, default));
        Assert.Null(await PolicyRecord.Fault(Read(), storage.Documents, default));
        // In other words, the same.
        Assert.Null(await PolicyRecord.Fault(Read(("OptOutRegions", "us")), storage.Documents, default));
        foreach (var other in (ConsentPolicy[])[Read(("OptOutRegions", "US,CA")), Read(("OtherRegions", "OptOut")), Read(("OptInRegions", "DE"))])
            Assert.Contains("raise Consent__PolicyVersion", await PolicyRecord.Fault(other, storage.Documents, default), StringComparison.Ordinal);
        Assert.Null(await PolicyRecord.Fault(Read(("OtherRegions", "OptOut"), ("PolicyVersion", "2")), storage.Documents, default));
        Assert.Null(await PolicyRecord.Fault(Read(), storage.Documents, default));
    }

    [Fact]
    public async Task A_record_nobody_can_read_is_no_proof_of_the_same_content()
    {
        await using var storage = InMemory.Storage(new ManualClock());
        await storage.Documents.Put(PolicyRecord.Store, "consent", "1", "garbage"u8.ToArray(), Condition.None, null, default);
        Assert.NotNull(await PolicyRecord.Fault(Read(), storage.Documents, default));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var (policy, regions) = (Read(), (Region[])[Of("DE"), Of("US-CA"), Of("JP"), Region.Unknown]);
        Assert.NotEqual(Purposes.None, Ask(policy, regions));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(policy, regions);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    internal static ConsentPolicy Read(params (string Key, string Value)[] given) => ConsentPolicy.Read(Settings(given));

    private static Purposes Ask(ConsentPolicy policy, Region[] regions)
    {
        var all = Purposes.None;
        foreach (var region in regions) all |= policy.Standard(region);
        return all;
    }

    private static Region Of(string? text) => Region.TryParse(text, out var region) ? region : Region.Unknown;

    private static Settings Settings(params (string Key, string Value)[] given) => new(given.Select(g => KeyValuePair.Create($"Consent:{g.Key}", g.Value)));
}
