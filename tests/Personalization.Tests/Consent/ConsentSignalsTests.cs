using System.Text.Json;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Functions;
using Personalization.Tests.Consent.Signals;

namespace Personalization.Tests.Consent;

/// <summary>The consent object of an event, as it is sent.</summary>
public sealed class ConsentSignalsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TcfOptions Tcf = new(0, TimeSpan.FromDays(396));

    [Theory]
    [InlineData("personalization", Purposes.Personalization), InlineData("sensitive", Purposes.Sensitive), InlineData("location", Purposes.Location), InlineData("crossDevice", Purposes.CrossDevice)]
    [InlineData("training", Purposes.Training), InlineData("marketing", Purposes.Marketing), InlineData("thirdParty", Purposes.ThirdParty)]
    public void Each_purpose_has_its_own_yes_and_no_and_silence(string name, Purposes purpose)
    {
        Assert.Equal(Vote.Yes(purpose), Read($$"""{"{{name}}":true}"""));
        Assert.Equal(Vote.No(purpose), Read($$"""{"{{name}}":false}"""));
        Assert.Equal(Vote.Silent, Read($$"""{"{{name}}":null}"""));
        Assert.Equal(name, Assert.Single(PurposeNames.Of(purpose)));
        Assert.Equal(purpose, PurposeNames.Parse([name]));
    }

    [Fact]
    public void Nothing_is_said_by_nothing() => Assert.Equal(Vote.Silent, Read("{}"));

    [Fact]
    public void Signals_add_their_votes()
    {
        Assert.Equal(Gpc.Withdrawn, Read("""{"gpc":true}"""));
        Assert.Equal(Vote.Silent, Read("""{"gpc":false}"""));
        Assert.Equal(Vote.Yes(TcfSignal.Spoken), Read($$"""{"tcf":"{{TcText.All}}"}"""));
        Assert.Equal(Vote.Yes(TcfSignal.Spoken), Read($$"""{"gpp":"DBABM~{{TcText.All}}"}"""));
        Assert.Equal(TcfSignal.Spoken & ~(Purposes.ThirdParty | Purposes.Training), Read($$"""{"tcf":"{{TcText.All}}","gpc":true,"training":false}""").Over(Purposes.None));
    }

    [Theory]
    [InlineData("tcf", TcfSignal.Spoken), InlineData("gpp", Purposes.All)]
    public void One_that_cannot_be_read_is_a_no(string name, Purposes denied)
    {
        Assert.All(new[] { "", "é", "not one", new string('A', 20_000) }, text => Assert.Equal(Vote.No(denied), Read($$"""{"{{name}}":"{{text}}"}""")));
    }

    private static Vote Read(string json) => JsonSerializer.Deserialize(json, Json.Default.ConsentSignals)!.Vote(Tcf, Now);
}
