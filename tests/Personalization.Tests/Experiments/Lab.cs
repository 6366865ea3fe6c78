using Personalization.Decisions;
using System.Text;
using System.Text.Json;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Rules;

namespace Personalization.Tests.Experiments;

/// <summary>Experiments as a marketer would write them, and people they are asked about.</summary>
internal static class Lab
{
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public const string Halves = """[{"name":"now","weight":1},{"name":"new","weight":1,"settings":{"ranker":"neural"}}]""";

    public static ExperimentSet Set(string layers, string more = "") => JsonSerializer.Deserialize(Encoding.UTF8.GetBytes($$"""{"layers":[{{layers}}]{{more}}}"""), Stored.Default.ExperimentSet)!;

    public static CompiledExperiments Compiled(string layers, string more = "")
    {
        var set = Set(layers, more);
        Assert.Null(ExperimentCheck.Fault(set));
        return CompiledExperiments.Of(set, 7);
    }

    public static string Layer(string id, params string[] experiments) => $$"""{"id":"{{id}}","experiments":[{{string.Join(',', experiments)}}]}""";

    public static string Experiment(string id, double share = 1, string variants = Halves, string more = "") => FormattableString.Invariant($$"""{"id":"{{id}}","share":{{share}},"variants":{{variants}}{{more}}}""");

    public static string HoldingOut(double share, string seed = "q1") => FormattableString.Invariant($$""","holdout":{"share":{{share}},"seed":"{{seed}}"}""");

    /// <summary>Anybody, always the same for a number.</summary>
    public static Subject Person(int number)
    {
        var random = new Random(number);
        return new(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
    }

    public static Assignment Assign(this CompiledExperiments experiments, Subject subject, Exposures? seen, Subject[]? members = null, DecisionEngine engine = DecisionEngine.Homepage, string? channel = null, DateTimeOffset? now = null, bool kept = true)
    {
        var into = new Assignment();
        experiments.Assign(new() { Subject = subject, Kept = kept, Members = members ?? [subject], Seen = seen, Engine = engine, Channel = channel is null ? 0 : CompiledRules.KeyOf(channel), Now = now ?? Now }, into);
        return into;
    }

    /// <summary>What somebody gets who has seen nothing yet.</summary>
    public static Assignment Assign(this CompiledExperiments experiments, int person) => experiments.Assign(Person(person), Exposures.None);

    public static string Words(this Assignment assignment) => assignment.HeldOut ? "held out" : string.Join(' ', assignment.Experiments.ToArray().Select(e => $"{e.Experiment}:{e.Variant}"));

    public static Exposures Seen(Subject side, string experiment, int variant, int minute = 0) => Exposures.None.With(new(side, experiment, variant, Now.AddMinutes(minute)));
}
