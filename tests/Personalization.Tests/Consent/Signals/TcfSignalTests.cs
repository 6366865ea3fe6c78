using System.Text;
using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Tests.Consent.Signals;

/// <summary>What a TC string grants, and what makes it grant nothing.</summary>
public sealed class TcfSignalTests
{
    private const Purposes Nothing = Purposes.None;
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TcfOptions Ourselves = new(0, TimeSpan.FromDays(396));
    private static readonly TcfOptions Vendor7 = Ourselves with { Vendor = 7 };

    [Fact]
    public void Consent_to_everything_grants_the_five_purposes_it_speaks_of() =>
        Assert.All(new[] { Ourselves, Vendor7 }, o => Assert.Equal(Vote.Yes(TcfSignal.Spoken), Read(TcText.All, o)));

    [Theory]
    [InlineData(Purposes.Personalization, 5, 6), InlineData(Purposes.Marketing, 3, 4), InlineData(Purposes.Training, 10), InlineData(Purposes.ThirdParty, 1, 2, 7)]
    public void A_purpose_needs_all_of_its_consents_and_no_others(Purposes purpose, params int[] needs)
    {
        Assert.Equal(purpose, Read(new() { Consents = needs }).Granted);
        Assert.All(needs, n => Assert.Equal(Nothing, Read(new() { Consents = [.. needs.Where(m => m != n)] }).Granted));
        Assert.All(needs, n => Assert.Equal(Purposes.None, Read(TcText.All with { Consents = [.. TcText.Purposes.Where(m => m != n)] }).Granted & purpose));
    }

    [Fact]
    public void Location_needs_the_first_special_feature()
    {
        Assert.Equal(Purposes.Location, Read(new() { SpecialFeatures = [1] }).Granted);
        Assert.Equal(Nothing, Read(new() { SpecialFeatures = [2] }).Granted);
    }

    [Fact]
    public void What_it_does_not_grant_it_denies_and_of_the_rest_it_says_nothing()
    {
        var vote = Read(new() { Consents = [5, 6] });
        Assert.Equal(new(Purposes.Personalization, TcfSignal.Spoken & ~Purposes.Personalization), vote);
        Assert.Equal(Nothing, (vote.Granted | vote.Denied) & (Purposes.Sensitive | Purposes.CrossDevice));
    }

    [Fact]
    public void Legitimate_interest_is_no_consent() => Assert.Equal(Nothing, Read(new() { LegitimateInterests = TcText.Purposes, Vendors = [7], Disclosed = [7] }).Granted);

    [Fact]
    public void A_vendor_needs_its_own_consent_and_to_have_been_shown()
    {
        Assert.Equal(Nothing, Read(TcText.All with { Vendors = [8] }, Vendor7).Granted);
        Assert.Equal(Nothing, Read(TcText.All with { Disclosed = [8] }, Vendor7).Granted);
        Assert.Equal(Nothing, Read(TcText.All with { Disclosed = [] }, Vendor7).Granted);
    }

    [Fact]
    public void A_restriction_by_the_publisher_binds_the_vendor_it_names()
    {
        Assert.Equal(Purposes.Personalization, Read(TcText.All with { Restrictions = [(5, 0, 6, 8)] }, Vendor7).Denied);
        Assert.Equal(Purposes.Training, Read(TcText.All with { Restrictions = [(10, 2, 7, 7)] }, Vendor7).Denied);
        Assert.Equal(Nothing, Read(TcText.All with { Restrictions = [(5, 1, 7, 7), (5, 0, 8, 9), (6, 0, 1, 6)] }, Vendor7).Denied);
        Assert.Equal(Nothing, Read(TcText.All with { Restrictions = [(5, 0, 1, 900)] }).Denied);
    }

    [Fact]
    public void The_publishers_own_segment_speaks_for_its_own_service_and_for_no_vendor()
    {
        var own = TcText.All with { Publisher = [5, 6] };
        Assert.Equal(Purposes.Personalization | Purposes.Location, Read(own).Granted);
        Assert.Equal(Purposes.Personalization | Purposes.Location, Read(own with { PublisherFirst = true }).Granted);
        Assert.Equal(TcfSignal.Spoken, Read(own, Vendor7).Granted);
    }

    public static TheoryData<string, object> Void => new()
    {
        { "another version", TcText.All with { Version = 1 } },
        { "not service specific", TcText.All with { ServiceSpecific = false } },
        { "no disclosed vendors", TcText.All with { Disclosed = null } },
        { "an old policy", TcText.All with { PolicyVersion = 3 } },
        { "made in the future", TcText.All with { Created = Now.AddMinutes(6) } },
        { "updated in the future", TcText.All with { LastUpdated = Now.AddMinutes(6) } },
        { "too old", TcText.All with { LastUpdated = Now.AddDays(-396).AddSeconds(-1) } },
        { "a restriction of purpose 0", TcText.All with { Restrictions = [(0, 0, 7, 7)] } },
        { "a range that ends before it begins", TcText.All with { Restrictions = [(5, 1, 8, 7)] } },
        { "vendor 0", TcText.All with { Restrictions = [(5, 1, 0, 7)] } },
        { "one segment twice", TcText.All + "." + TcText.All.ToString().Split('.')[1] },
        { "an empty segment", TcText.All + "." },
        { "a segment of no known kind", TcText.All + ".gAAAAAAAAAAA" },
        { "a publisher segment cut short", TcText.All + ".YAAAA" },
        { "padding", TcText.All + "=" },
        { "white space", " " + TcText.All },
        { "another alphabet", TcText.All.ToString().Replace('A', '+') },
        { "nothing", "" },
        { "something else", "hello" },
        { "too long", TcText.All + ".YAAAAAAAAAAA" + new string('A', 16 * 1024) },
    };

    [Theory, MemberData(nameof(Void))]
    public void What_does_not_stand_denies_all_it_could_have_granted(string why, object text)
    {
        Assert.NotEmpty(why);
        Assert.All(new[] { Ourselves, Vendor7 }, o => Assert.Equal(Vote.No(TcfSignal.Spoken), TcfSignal.Read(Encoding.ASCII.GetBytes(text.ToString()!), o, Now)));
    }

    [Fact]
    public void Bounds_in_time_are_where_they_are_said_to_be()
    {
        Assert.Equal(TcfSignal.Spoken, Read(TcText.All with { Created = Now.AddMinutes(5), LastUpdated = Now.AddMinutes(5) }).Granted);
        Assert.Equal(TcfSignal.Spoken, Read(TcText.All with { LastUpdated = Now.AddDays(-396) }).Granted);
        var long_ago = Ourselves with { MaxAge = TimeSpan.FromDays(4000) };
        Assert.Equal(TcfSignal.Spoken, Read(TcText.All with { PolicyVersion = 2, LastUpdated = new(2023, 9, 30, 23, 59, 59, TimeSpan.Zero) }, long_ago).Granted);
        Assert.Equal(Nothing, Read(TcText.All with { PolicyVersion = 2, LastUpdated = new(2023, 10, 1, 0, 0, 0, TimeSpan.Zero) }, long_ago).Granted);
    }

    [Fact]
    public void The_published_example_is_of_an_old_policy_and_so_void() =>
        Assert.Equal(Vote.No(TcfSignal.Spoken), TcfSignal.Read("CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA"u8, Ourselves, Now));

    private static Vote Read(TcText text, TcfOptions? options = null) => TcfSignal.Read(text.Bytes(), options ?? Ourselves, Now);
}
