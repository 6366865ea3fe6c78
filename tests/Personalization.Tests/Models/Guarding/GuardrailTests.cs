using Personalization.Models.Guarding;

namespace Personalization.Tests.Models.Guarding;

/// <summary>A canary that does harm is known by what becomes of its decisions, and one that does none is left alone.</summary>
public sealed class GuardrailTests
{
    private static readonly GuardOptions Options = GuardOptions.Read(new([]));

    [Fact]
    public void A_canary_with_worse_outcomes_is_found_out()
    {
        var found = Simulated(seed: 1, canary: 0.07, looks: 200);
        Assert.StartsWith("good outcomes per decision: 0.0", found.Harm, StringComparison.Ordinal);
        Assert.InRange(found.Outcomes.CanaryDecisions, Options.Decisions, 20_000);
    }

    /// <summary>
    /// Of 300 canaries that are as good, each looked at 100 times, every one is stopped with a probability of at most α/2 for
    /// each thing looked at, here one: the number stopped is at most binomial with n·α = 300 · 0.05, σ = 3.8, and above 15 + 6σ
    /// with a probability below 1e-6.
    /// </summary>
    [Fact]
    public void Canaries_that_are_as_good_stay_however_often_one_looks()
    {
        var stopped = Enumerable.Range(0, 300).Count(seed => Simulated(seed, 0.1, looks: 100, Options with { Alarm = 0.1, Drop = 0.02 }).Harm is not null);
        Assert.InRange(stopped, 0, 37);
        // A test that never says anything would pass as well.
        Assert.True(Enumerable.Range(0, 20).All(seed => Simulated(seed, 0.06, looks: 400).Harm is not null));
    }

    /// <summary>People who do the same again and again are one accident each, and not as many as they decide.</summary>
    [Fact]
    public void A_few_people_who_act_alike_are_no_evidence()
    {
        var counts = Alike(0.1, 0.1);
        for (var n = 0; n < 2000; n++) counts.Decided(canary: true, 5, 100);
        var verdict = Guardrail.Judge(counts, Options);
        Assert.True(verdict.Outcomes.Canary < verdict.Outcomes.Champion * 0.9);
        Assert.Null(verdict.Harm);
    }

    [Fact]
    public void Fewer_decisions_than_are_asked_for_say_nothing()
    {
        var counts = new TrialCounts();
        for (var n = 0; n < 999; n++) counts.Decided(canary: true, n % TrialCounts.Parts, 100);
        for (var n = 0; n < 100_000; n++)
        {
            counts.Decided(canary: false, n % TrialCounts.Parts, 100);
            if (n % 3 == 0) counts.Good(canary: false, n % TrialCounts.Parts);
        }

        Assert.Null(Guardrail.Judge(counts, Options).Harm);
        counts.Decided(canary: true, 0, 100);
        Assert.NotNull(Guardrail.Judge(counts, Options).Harm);
    }

    [Fact]
    public void A_drop_that_was_allowed_stops_nothing_however_certain_it_is()
    {
        var counts = Alike(0.1, 0.096, decisions: 5_000_000);
        Assert.Null(Guardrail.Judge(counts, Options).Harm);
        Assert.NotNull(Guardrail.Judge(counts, Options with { Drop = 0.02 }).Harm);
    }

    [Fact]
    public void A_canary_that_takes_much_longer_is_found_out()
    {
        var (counts, chance) = (new TrialCounts(), new Random(1));
        for (var n = 0; n < 20_000; n++)
        {
            counts.Decided(n % 2 == 0, n % TrialCounts.Parts, (n % 2 == 0 ? 250 : 100) + chance.Next(50));
            if (chance.NextDouble() < 0.1) counts.Good(n % 2 == 0, n % TrialCounts.Parts);
        }

        // Even places are the canary's, so both sides have half of the parts.
        Assert.StartsWith("milliseconds per decision: 0.27", Guardrail.Judge(counts, Options).Harm, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_counted_says_nothing()
    {
        Assert.Null(Guardrail.Judge(new(), Options).Harm);
        var still = new TrialCounts();
        for (var n = 0; n < 10_000; n++) still.Decided(n % 2 == 0, n % TrialCounts.Parts, 0);
        Assert.Null(Guardrail.Judge(still, Options).Harm);
    }

    [Fact]
    public void Counts_are_written_and_read_back_and_add_up()
    {
        var one = Alike(0.1, 0.2);
        var read = TrialCounts.Read(one.Body())!;
        read.Add(one);
        foreach (var canary in new[] { false, true })
            for (var part = 0; part < TrialCounts.Parts; part++)
                Assert.Equal((one.Decisions(canary)[part] * 2, one.Outcomes(canary)[part] * 2, one.Micros(canary)[part] * 2), (read.Decisions(canary)[part], read.Outcomes(canary)[part], read.Micros(canary)[part]));
        Assert.Null(TrialCounts.Read("{}"u8.ToArray()));
    }

    /// <summary>People come, decide a few times each and do well or not; looked at after every so many of them, until it is stopped.</summary>
    private static Verdict Simulated(int seed, double canary, int looks, GuardOptions? options = null)
    {
        var (counts, chance) = (new TrialCounts(), new Random(seed));
        for (var look = 0; look < looks; look++)
        {
            for (var person = 0; person < 100; person++) Person(counts, chance, chance.NextDouble() < 0.3, chance.Next(TrialCounts.Parts), canary);
            if (Guardrail.Judge(counts, options ?? Options) is { Harm: not null } verdict) return verdict;
        }

        return Guardrail.Judge(counts, options ?? Options);
    }

    private static void Person(TrialCounts counts, Random chance, bool onCanary, int part, double canary)
    {
        // Some like the shop more than others: what one person does hangs together.
        var rate = (onCanary ? canary : 0.1) * 2 * chance.NextDouble();
        for (var decisions = 1 + chance.Next(8); decisions > 0; decisions--)
        {
            counts.Decided(onCanary, part, 100);
            if (chance.NextDouble() < rate) counts.Good(onCanary, part);
        }
    }

    private static TrialCounts Alike(double champion, double canary, int decisions = 20_000)
    {
        var (counts, chance) = (new TrialCounts(), new Random(3));
        for (var n = 0; n < decisions; n++)
        {
            var (side, part) = (n % 2 == 0, chance.Next(TrialCounts.Parts));
            counts.Decided(side, part, 100);
            if (chance.NextDouble() < (side ? canary : champion)) counts.Good(side, part);
        }

        return counts;
    }
}
