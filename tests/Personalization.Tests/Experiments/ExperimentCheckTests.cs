using Personalization.Experiments;
using static Personalization.Tests.Experiments.Lab;

namespace Personalization.Tests.Experiments;

/// <summary>Experiments that cannot mean anything are refused, with the place where it goes wrong.</summary>
public sealed class ExperimentCheckTests
{
    private const string Two = """[{"name":"a","weight":1},{"name":"b","weight":1}]""";

    [Theory]
    [InlineData("null", ""), InlineData("""{"experiments":[]}""", "id"), InlineData("""{"id":"with space","experiments":[]}""", "id"), InlineData("""{"id":"-x","experiments":[]}""", "id"), InlineData("""{"id":"ok","experiments":[]}""", "id")]
    [InlineData("""{"id":"l"}""", "experiments"), InlineData("""{"id":"l","experiments":[null]}""", "experiments[0]")]
    public void A_layer_has_a_name_and_experiments(string layer, string field) =>
        Assert.Equal(field.Length == 0 ? "layers[1]" : $"layers[1].{field}", ExperimentCheck.Fault(Set($"{Layer("ok", Experiment("known", 0.5))},{layer}"))?.Field);

    [Theory]
    [InlineData("""{}""", "id"), InlineData("""{"id":"holdout:q1"}""", "id"), InlineData("""{"id":"known"}""", "id"), InlineData("""{"id":"e"}""", "share")]
    [InlineData("""{"id":"e","engines":[]}""", "engines"), InlineData("""{"id":"e","engines":["mail"]}""", "engines[0]"), InlineData("""{"id":"e","channels":["web","web"]}""", "channels[1]")]
    [InlineData("""{"id":"e","from":"tomorrow"}""", "from"), InlineData("""{"id":"e","until":"2026-01-01"}""", "until"), InlineData("""{"id":"e","from":"2026-01-01T00:00:00Z","until":"2026-01-01T01:00:00+01:00"}""", "until")]
    [InlineData("""{"id":"e","share":-0.1}""", "share"), InlineData("""{"id":"e","share":1.1}""", "share"), InlineData("""{"id":"e","share":0.5001}""", "share"), InlineData("""{"id":"e","share":0.5}""", "variants"), InlineData("""{"id":"e","share":0.5,"variants":[{"name":"a","weight":1}]}""", "variants")]
    public void An_experiment_says_for_whom(string experiment, string field) => Refused(experiment, field);

    [Theory]
    [InlineData("null", ""), InlineData("""{"weight":1}""", ".name"), InlineData("""{"name":"a","weight":1}""", ".name"), InlineData("""{"name":"","weight":1}""", ".name"), InlineData("""{"name":"b"}""", ".weight")]
    [InlineData("""{"name":"b","weight":0}""", ".weight"), InlineData("""{"name":"b","weight":-1}""", ".weight"), InlineData("""{"name":"b","weight":1e999}""", ".weight"), InlineData("""{"name":"b","weight":1,"settings":{"ranker":""}}""", ".settings.ranker")]
    public void A_variant_has_a_name_and_a_weight(string variant, string field) =>
        Refused($$"""{"id":"e","share":0.5,"variants":[{"name":"a","weight":1},{{variant}}]}""", $"variants[1]{field}");

    [Theory]
    [InlineData("""{"seed":"q1"}""", "holdout.share"), InlineData("""{"share":0.51,"seed":"q1"}""", "holdout.share"), InlineData("""{"share":-1,"seed":"q1"}""", "holdout.share"), InlineData("""{"share":0.1}""", "holdout.seed"), InlineData("""{"share":0.1,"seed":"a b"}""", "holdout.seed")]
    public void A_holdout_has_a_share_and_a_seed(string holdout, string field) => Assert.Equal(field, ExperimentCheck.Fault(Set("", $",\"holdout\":{holdout}"))?.Field);

    [Fact]
    public void A_set_has_its_bounds()
    {
        Assert.Equal("layers", ExperimentCheck.Fault(new())?.Field);
        Assert.Equal("note", ExperimentCheck.Fault(new() { Note = new('n', 1001), Layers = [] })?.Field);
        Assert.Null(ExperimentCheck.Fault(Set(string.Join(',', Enumerable.Range(0, 20).Select(i => Layer($"l{i}"))))));
        Assert.Equal("layers", ExperimentCheck.Fault(Set(string.Join(',', Enumerable.Range(0, 21).Select(i => Layer($"l{i}")))))?.Field);
        Assert.Null(ExperimentCheck.Fault(Set(Layer("l", [.. Enumerable.Range(0, 100).Select(i => Experiment($"e{i}", 0.01))]))));
        Assert.Equal("layers[0].experiments", ExperimentCheck.Fault(Set(Layer("l", [.. Enumerable.Range(0, 101).Select(i => Experiment($"e{i}", 0))])))?.Field);
        Assert.Equal("layers[0].experiments[0].share", ExperimentCheck.Fault(new() { Layers = [new() { Id = "l", Experiments = [new() { Id = "e", Share = double.NaN, Variants = [] }] }] })?.Field);
    }

    [Fact]
    public void A_body_is_read_back_as_it_was_and_one_that_would_be_refused_is_none()
    {
        var set = Set(Layer("l", Experiment("e", 0.5, more: ""","engines":["search"],"until":"2026-02-01T00:00:00Z" """)), HoldingOut(0.1));
        Assert.Equal(set.Body(), ExperimentSet.Read(set.Body())!.Body());
        Assert.Null(ExperimentSet.Read("""{"layers":[{"id":"l"}]}"""u8.ToArray()));
        Assert.Null(ExperimentSet.Read("""{"layers":[],"more":1}"""u8.ToArray()));
        Assert.Null(ExperimentSet.Read("{"u8.ToArray()));
    }

    private static void Refused(string experiment, string field) =>
        Assert.Equal($"layers[1].experiments[1].{field}", ExperimentCheck.Fault(Set($"{Layer("ok", Experiment("known", 0.5))},{Layer("l", Experiment("first", 0.5, Two), experiment)}"))?.Field);
}
