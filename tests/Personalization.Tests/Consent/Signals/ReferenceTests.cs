using System.Text;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Tests.Consent.Signals;

/// <summary>Our reading of consent strings against that of the reference libraries.</summary>
public sealed class ReferenceTests
{
    private static readonly JsonElement Signals = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Personalization.Tests", "Consent", "vectors", "signals.json")));
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_field_of_a_tc_string_is_read_as_the_reference_reads_it()
    {
        var read = 0;
        foreach (var expected in Signals.GetProperty("tcf").EnumerateArray())
            foreach (var vendor in (int[])[0, 1, 7, 20, 40, 41, 100, 404, 755, 1200, 65535])
            {
                var text = Text(expected);
                Assert.True(TcString.TryParse(Encoding.ASCII.GetBytes(text), vendor, out var tc), text);
                Assert.Equal((expected.GetProperty("created").GetInt64() / 100, expected.GetProperty("lastUpdated").GetInt64() / 100), (tc.Created, tc.LastUpdated));
                Assert.Equal((expected.GetProperty("policyVersion").GetInt32(), expected.GetProperty("serviceSpecific").GetBoolean()), (tc.PolicyVersion, tc.ServiceSpecific));
                Assert.Equal(Ids(expected, "specialFeatures"), Enumerable.Range(1, 12).Where(tc.HasSpecialFeature));
                Assert.Equal(Ids(expected, "consents"), Numbers(tc.Consents));
                Assert.Equal(Ids(expected, "legitimateInterests"), Numbers(tc.LegitimateInterests));
                Assert.Equal(Ids(expected, "vendors")!.Contains(vendor), tc.VendorConsent);
                Assert.Equal(Ids(expected, "disclosed")?.Contains(vendor), tc.Disclosed);
                Assert.Equal(Ids(expected, "publisher"), tc.PublisherConsents is { } p ? Numbers(p) : null);
                Assert.Equal(Barred(expected, vendor), Numbers(tc.Barred));
                read++;
            }

        Assert.True(read > 500);
    }

    [Fact]
    public void The_sections_of_a_gpp_string_are_those_the_reference_finds()
    {
        foreach (var expected in Signals.GetProperty("gpp").EnumerateArray())
        {
            var found = new List<(int, string)>();
            var sections = new GppSections(Encoding.ASCII.GetBytes(Text(expected)));
            while (sections.Next(out var id, out var body)) found.Add((id, Encoding.ASCII.GetString(body)));
            Assert.False(sections.Broken, Text(expected));
            var bodies = expected.GetProperty("bodies").EnumerateArray().Select(b => b.GetString()!);
            Assert.Equal(expected.GetProperty("sections").EnumerateArray().Select(s => s.GetInt32()).Zip(bodies), found);
        }
    }

    [Fact]
    public void A_gpp_string_votes_as_its_fields_say_and_never_more()
    {
        var (options, spoke) = (new TcfOptions(0, TimeSpan.FromDays(396)), 0);
        foreach (var expected in Signals.GetProperty("gpp").EnumerateArray())
        {
            var vote = GppSignal.Read(Encoding.ASCII.GetBytes(Text(expected)), options, Now);
            var sections = expected.GetProperty("sections").EnumerateArray().Select(s => s.GetInt32()).ToList();
            var tcf = sections.IndexOf(2) is >= 0 and var at ? TcfSignal.Read(Encoding.ASCII.GetBytes(expected.GetProperty("bodies")[at].GetString()!), options, Now) : Vote.Silent;
            Assert.Equal(tcf + UsVote(expected), vote);
            if (vote.Granted != Purposes.None && vote.Denied != Purposes.None) spoke++;
        }

        Assert.True(spoke > 5);
    }

    private static Vote UsVote(JsonElement expected)
    {
        if (!expected.TryGetProperty("usnat", out var us) || us.ValueKind == JsonValueKind.Null) return Vote.Silent;
        var denied = Purposes.None;
        if (One(us, "saleOptOut") || One(us, "sharingOptOut")) denied |= Purposes.ThirdParty;
        if (One(us, "targetedAdvertisingOptOut")) denied |= Purposes.ThirdParty | Purposes.Marketing;
        var sensitive = us.GetProperty("sensitive").EnumerateArray().Select(v => v.GetInt32()).ToList();
        if (sensitive.Contains(1)) denied |= Purposes.Sensitive;
        if (sensitive[7] == 1) denied |= Purposes.Location;
        if (us.GetProperty("children").EnumerateArray().Any(v => v.GetInt32() == 1)) denied |= Purposes.All;
        if (One(us, "personalData")) denied |= Purposes.Personalization | Purposes.Training;
        if (us.GetProperty("gpc").GetBoolean()) denied |= Purposes.ThirdParty | Purposes.CrossDevice;
        return Vote.No(denied);
    }

    private static bool One(JsonElement us, string field) => us.GetProperty(field).GetInt32() == 1;

    private static string Text(JsonElement one) => one.GetProperty("text").GetString()!;

    private static List<int>? Ids(JsonElement one, string field) =>
        one.GetProperty(field) is { ValueKind: JsonValueKind.Array } ids ? [.. ids.EnumerateArray().Select(i => i.GetInt32())] : null;

    private static List<int> Numbers(uint purposes) => [.. Enumerable.Range(1, 24).Where(p => (purposes & TcString.Purpose(p)) != 0)];

    private static IEnumerable<int> Barred(JsonElement one, int vendor) => one.GetProperty("restrictions").EnumerateArray()
        .Where(r => r.GetProperty("kind").GetInt32() != 1 && Ids(r, "vendors")!.Contains(vendor)).Select(r => r.GetProperty("purpose").GetInt32()).Distinct().Order();
}
