using System.Text;
using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Tests.Consent.Signals;

/// <summary>What a GPP string withdraws and grants.</summary>
public sealed class GppSignalTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TcfOptions Tcf = new(0, TimeSpan.FromDays(396));

    // Headers: section 2, section 7, sections 2 and 7.
    private static readonly string[] Headers = ["DBABM", "DBABL", "DBACMM"];

    [Theory]
    // Fields after the version: six notices; sale, sharing, targeted advertising; sensitive; children; personal data; three of the contract.
    [InlineData("000000 222 222222222222 22 2 200", Purposes.None)]
    [InlineData("111100 000 000000000000 00 0 100", Purposes.None)]
    [InlineData("000000 122 000000000000 00 0 200", Purposes.ThirdParty)]
    [InlineData("000000 212 000000000000 00 0 200", Purposes.ThirdParty)]
    [InlineData("000000 221 000000000000 00 0 200", Purposes.ThirdParty | Purposes.Marketing)]
    [InlineData("000000 222 100000000000 00 0 200", Purposes.Sensitive)]
    [InlineData("000000 222 000000000001 00 0 200", Purposes.Sensitive)]
    [InlineData("000000 222 000000010000 00 0 200", Purposes.Sensitive | Purposes.Location)]
    [InlineData("000000 222 000000000000 10 0 200", Purposes.All)]
    [InlineData("000000 222 000000000000 01 0 200", Purposes.All)]
    [InlineData("000000 222 000000000000 00 1 200", Purposes.Personalization | Purposes.Training)]
    [InlineData("000000 222 000000000003 00 0 200", Purposes.All)]
    [InlineData("300000 222 000000000000 00 0 200", Purposes.All)]
    [InlineData("000000 222 000000000000 00 0 203", Purposes.All)]
    public void The_us_national_section_withdraws_what_its_fields_say(string fields, Purposes denied) =>
        Assert.Equal(Vote.No(denied), Read($"DBABL~{Us(1, fields)}"));

    [Theory]
    [InlineData("000000 222 0000000000000000 000 0 200", Purposes.None)]
    [InlineData("000000 222 0000000000000001 000 0 200", Purposes.Sensitive)]
    [InlineData("000000 222 0000000000000000 001 0 200", Purposes.All)]
    [InlineData("000000 222 0000000000000000 000 1 200", Purposes.Personalization | Purposes.Training)]
    public void Its_second_version_has_more_fields(string fields, Purposes denied) => Assert.Equal(Vote.No(denied), Read($"DBABL~{Us(2, fields)}"));

    [Fact]
    public void Its_gpc_segment_counts_as_gpc()
    {
        var quiet = Us(1, "000000 222 000000000000 00 0 200");
        Assert.Equal(Gpc.Withdrawn, Read($"DBABL~{quiet}.YA"));
        Assert.Equal(Vote.Silent, Read($"DBABL~{quiet}.QA"));
        Assert.Equal(Vote.No(Purposes.All), Read($"DBABL~{quiet}.gA"));
        Assert.Equal(Vote.No(Purposes.All), Read($"DBABL~{quiet}.QA.QA"));
        Assert.Equal(Vote.Silent, Read("DBABLA~BVQqAAAAAgA.QA"));
    }

    [Fact]
    public void Its_european_section_is_a_tc_string()
    {
        Assert.Equal(Vote.Yes(TcfSignal.Spoken), Read($"DBABM~{TcText.All}"));
        Assert.Equal(Vote.No(TcfSignal.Spoken), Read("DBABM~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"));
        var both = Read($"DBACMM~{TcText.All}~{Us(1, "000000 122 000000000000 00 0 200")}");
        Assert.Equal(TcfSignal.Spoken & ~Purposes.ThirdParty, both.Over(Purposes.None));
    }

    [Theory]
    [InlineData("DBAA"), InlineData("DBABT~1YNN"), InlineData("DBABBg~BVVqAAAAAWA")]
    public void Sections_it_does_not_read_say_nothing(string text) => Assert.Equal(Vote.Silent, Read(text));

    [Theory]
    [InlineData(""), InlineData("hello"), InlineData("DBAA~"), InlineData("DBABM"), InlineData("DBABM~"), InlineData("DBACMM~CPXx"), InlineData("DBABL~BVQqAAAAAgA~BVQqAAAAAgA")]
    [InlineData("DCABL~BVQqAAAAAgA"), InlineData("CBABL~BVQqAAAAAgA"), InlineData("DBABL~B"), InlineData("DBABL~DVQqAAAAAgA"), InlineData("DBABL~BVQq*AAAAgA"), InlineData("DBAB~BVQqAAAAAgA")]
    [InlineData("DBABAAAAAAAAAAAAAAAAAAAAAA~BVQqAAAAAgA"), InlineData("DB__AAAAAAAAAAAAAAAAAAAAAAAA~x"), InlineData("CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA")]
    public void One_that_does_not_hold_together_withdraws_everything(string text) => Assert.Equal(Vote.No(Purposes.All), Read(text));

    [Fact]
    public void The_headers_used_here_are_those_of_the_specification()
    {
        Assert.Equal("DBABM", TcText.Text("000011" + "000001" + "000000000001" + "0" + "011"));
        Assert.Equal(["DBABM", "DBABL", "DBACMM"], Headers);
        Assert.Equal("DBABL", TcText.Text("000011" + "000001" + "000000000001" + "0" + "01011"));
        Assert.Equal("DBACMM", TcText.Text("000011" + "000001" + "000000000010" + "0" + "011" + "0" + "00011"));
    }

    private static string Us(int version, string fields) =>
        TcText.Text(Convert.ToString(version, 2).PadLeft(6, '0') + string.Concat(fields.Where(char.IsAsciiDigit).Select(f => Convert.ToString(f - '0', 2).PadLeft(2, '0'))));

    private static Vote Read(string text) => GppSignal.Read(Encoding.ASCII.GetBytes(text), Tcf, Now);
}
