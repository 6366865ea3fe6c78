using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Tests.Consent.Signals;

public sealed class GpcTests
{
    [Fact]
    public void One_withdraws_selling_sharing_and_following_and_nothing_else() =>
        Assert.Equal(Vote.No(Purposes.ThirdParty | Purposes.CrossDevice), Gpc.Read("1"u8));

    [Theory]
    [InlineData(""), InlineData("0"), InlineData("true"), InlineData("01"), InlineData("1 "), InlineData(" 1"), InlineData("1,1"), InlineData("1;x"), InlineData("\"1\""), InlineData("?1"), InlineData("１")]
    public void Any_other_value_says_nothing(string value)
    {
        Assert.Equal(Vote.Silent, Gpc.Read(value));
        Assert.Equal(Vote.Silent, Gpc.Read(System.Text.Encoding.UTF8.GetBytes(value)));
    }

    [Fact]
    public void It_never_grants() => Assert.Equal(Purposes.None, (Gpc.Read("1") + Gpc.Read("0")).Granted);
}
