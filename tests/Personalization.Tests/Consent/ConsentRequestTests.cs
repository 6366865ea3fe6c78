using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Tests.Consent;

/// <summary>What a decision has to say to be taken.</summary>
public sealed class ConsentRequestTests
{
    private static readonly ConsentRequest Nothing = new() { Visitor = "v", Source = "banner", NoticeVersion = "1" };

    [Fact]
    public void What_cannot_be_taken_names_its_field()
    {
        var good = Nothing with { Purposes = new() { Training = true } };
        Assert.Null(good.Fault(default));
        Assert.Null(Nothing.Fault(Gpc.Withdrawn));
        (ConsentRequest Request, string Field)[] cases =
        [
            (good with { Source = null }, "source"),
            (good with { Source = "a@b.example" }, "source"), (good with { Source = new('x', 65) }, "source"), (good with { NoticeVersion = null }, "noticeVersion"), (good with { NoticeVersion = "" }, "noticeVersion"),
            (good with { Region = "Germany" }, "region"), (good with { Region = "" }, "region"), (good with { Tcf = new('x', 16385) }, "tcf"), (good with { Gpp = new('x', 16385) }, "gpp"),
            (Nothing, "purposes"), (Nothing with { Purposes = new() }, "purposes"),
        ];
        Assert.All(cases, c => Assert.Equal(c.Field, c.Request.Fault(default)?.Field));
    }
}
