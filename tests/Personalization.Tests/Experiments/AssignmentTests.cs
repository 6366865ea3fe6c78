using Personalization.Decisions;
using Personalization.Experiments;
using Personalization.Identity.Merging;
using Personalization.Rules;
using static Personalization.Tests.Experiments.Lab;

namespace Personalization.Tests.Experiments;

/// <summary>Who gets what of whoever has seen nothing, and in which engine, channel and time.</summary>
public sealed class AssignmentTests
{
    private const int People = 20_000;

    [Fact]
    public void In_one_layer_nobody_is_in_two_experiments_and_each_has_its_share()
    {
        var experiments = Compiled(Layer("ranking", Experiment("a", 0.1), Experiment("b", 0.2), Experiment("c", 0.3)));
        var got = Enumerable.Range(0, People).Select(p => experiments.Assign(p).Experiments.ToArray()).ToList();
        Assert.All(got, g => Assert.InRange(g.Length, 0, 1));
        var counts = got.CountBy(g => g.Length == 0 ? "none" : g[0].Experiment).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
        Assert.All([("a", 0.1), ("b", 0.2), ("c", 0.3), ("none", 0.4)], e => Near(e.Item2, counts[e.Item1], People));
    }

    [Fact]
    public void Variants_have_their_weights()
    {
        var experiments = Compiled(Layer("l", Experiment("e", 1, """[{"name":"x","weight":1},{"name":"y","weight":5},{"name":"z","weight":4}]""")));
        var counts = Enumerable.Range(0, People).CountBy(p => experiments.Assign(p).Experiments[0].Name).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
        Assert.All([("x", 0.1), ("y", 0.5), ("z", 0.4)], e => Near(e.Item2, counts[e.Item1], People));
    }

    [Fact]
    public void Layers_experiments_and_the_holdout_are_independent_of_each_other()
    {
        var experiments = Compiled($"{Layer("l1", Experiment("e1", 0.5))},{Layer("l2", Experiment("e2", 0.5))},{Layer("l3", Experiment("e3"))}", HoldingOut(0.5));
        var alone = Compiled($"{Layer("l1", Experiment("e1", 0.5))},{Layer("l2", Experiment("e2", 0.5))},{Layer("l3", Experiment("e3"))}");
        var cells = Enumerable.Range(0, People).Select(p => (Held: experiments.Assign(p).HeldOut ? 1 : 0, Got: alone.Assign(p).Experiments.ToArray().ToDictionary(e => e.Experiment, e => e.Variant, StringComparer.Ordinal))).ToList();
        int In(int person, string experiment) => cells[person].Got.TryGetValue(experiment, out var variant) ? variant : 2;
        foreach (var (one, other) in new[] { ("e1", "e2"), ("e1", "e3"), ("e2", "e3") }) Independent(p => In(p, one), p => In(p, other));
        foreach (var one in new[] { "e1", "e2", "e3" }) Independent(p => In(p, one), p => cells[p].Held);
    }

    [Fact]
    public void Layers_of_like_names_with_like_experiments_are_independent_too()
    {
        var layers = Enumerable.Range(0, 6).Select(i => Layer($"layer{i}", Experiment($"experiment{i}", 0.5))).ToList();
        var experiments = Compiled(string.Join(',', layers));
        var got = Enumerable.Range(0, People).Select(p => experiments.Assign(p).Experiments.ToArray().ToDictionary(e => e.Experiment, e => e.Variant, StringComparer.Ordinal)).ToList();
        for (var i = 0; i < 6; i++)
            for (var j = 0; j < i; j++)
                Independent(p => got[p].GetValueOrDefault($"experiment{i}", 2), p => got[p].GetValueOrDefault($"experiment{j}", 2));
    }

    [Fact]
    public void Whoever_is_held_out_is_in_no_experiment_whatever_the_engine_and_channel()
    {
        var experiments = Compiled(Layer("l", Experiment("e")), HoldingOut(0.1));
        var held = Enumerable.Range(0, People).Where(p => experiments.Assign(p).HeldOut).ToList();
        Near(0.1, held.Count, People);
        foreach (var person in held.Take(50))
            foreach (var engine in Enum.GetValues<DecisionEngine>())
                Assert.Equal("held out", experiments.Assign(Person(person), Exposures.None, engine: engine, channel: "app").Words());
        Assert.All(held.Take(50), p => Assert.Equal(0, experiments.Assign(p).Experiments.Length));
        Assert.DoesNotContain(Enumerable.Range(0, 1000), p => Compiled(Layer("l", Experiment("e")), HoldingOut(0)).Assign(p).HeldOut);
    }

    [Fact]
    public void An_experiment_means_its_engines_channels_and_time_only()
    {
        var experiments = Compiled(Layer("l", Experiment("e", more: ""","engines":["search","messages"],"channels":["app"],"from":"2026-01-05T09:00:00Z","until":"2026-01-05T10:00:00Z" """)));
        string Got(DecisionEngine engine, string? channel, int minute) => experiments.Assign(Person(1), Exposures.None, null, engine, channel, Now.AddMinutes(minute)).Words();
        Assert.StartsWith("e:", Got(DecisionEngine.Search, "app", 0), StringComparison.Ordinal);
        Assert.StartsWith("e:", Got(DecisionEngine.Messages, "app", 59), StringComparison.Ordinal);
        Assert.Equal(["", "", "", "", ""], [Got(DecisionEngine.Homepage, "app", 0), Got(DecisionEngine.Search, "web", 0), Got(DecisionEngine.Search, null, 0), Got(DecisionEngine.Search, "app", -1), Got(DecisionEngine.Search, "app", 60)]);
    }

    [Fact]
    public void A_variant_says_its_ranker_and_what_is_new_of_it()
    {
        var experiments = Compiled(Layer("l", Experiment("e")), HoldingOut(0));
        foreach (var person in Enumerable.Range(0, 20))
        {
            var got = experiments.Assign(person).Experiments[0];
            Assert.Equal(got.Variant == 1 ? new("e", 1, "new", "neural", true) : new Assigned("e", 0, "now", null, true), got);
        }
    }

    [Fact]
    public void Of_somebody_nobody_knows_nothing_is_new()
    {
        var experiments = Compiled(Layer("l", Experiment("e")), HoldingOut(0.5));
        Assert.All(Enumerable.Range(0, 100), p => Assert.False(experiments.Assign(Person(p), Exposures.None, kept: false).HasNew));
        Assert.All(Enumerable.Range(0, 100), p => Assert.True(experiments.Assign(p).HasNew));
    }

    [Fact]
    public void Where_nobody_can_tell_what_they_saw_they_are_in_no_experiment()
    {
        var experiments = Compiled(Layer("l", Experiment("e")), HoldingOut(0.5));
        Assert.All(Enumerable.Range(0, 100), p =>
        {
            var got = experiments.Assign(Person(p), null);
            Assert.Equal((0, false, experiments.Assign(p).HeldOut), (got.Experiments.Length, got.HasNew, got.HeldOut));
        });
    }

    [Fact]
    public void More_share_takes_more_people_in_and_moves_nobody_to_another_variant()
    {
        var (few, many) = (Compiled(Layer("l", Experiment("e", 0.05))), Compiled(Layer("l", Experiment("e", 0.5))));
        foreach (var person in Enumerable.Range(0, 2000).Where(p => few.Assign(p).Experiments.Length > 0)) Assert.Equal(few.Assign(person).Words(), many.Assign(person).Words());
    }

    [Fact]
    public void Shares_that_are_fractions_leave_nobody_out_and_take_nobody_twice()
    {
        var experiments = Compiled(Layer("l", Experiment("a", 1 / 3d), Experiment("b", 1 / 3d), Experiment("c", 1 / 3d)));
        Assert.All(Enumerable.Range(0, People), p => Assert.Equal(1, experiments.Assign(p).Experiments.Length));
    }

    [Fact]
    public void Assigning_allocates_nothing()
    {
        var experiments = Compiled($"{Layer("l1", Experiment("a", 0.5, more: ""","channels":["app"] """), Experiment("b", 0.5))},{Layer("l2", Experiment("c"))}", HoldingOut(0.2));
        var members = Enumerable.Range(0, 3).Select(Person).ToArray();
        var (into, seen, channel) = (new Assignment(), Seen(members[1], "a", 1).Join(Seen(members[2], "c", 0)).Join(Seen(members[0], "holdout:q1", 1)), CompiledRules.KeyOf("app"));
        void Once()
        {
            experiments.Assign(new() { Subject = members[0], Kept = true, Members = members, Seen = seen, Engine = DecisionEngine.Search, Channel = channel, Now = Now }, into);
            experiments.Assign(new() { Subject = members[0], Seen = Exposures.None, Engine = DecisionEngine.Search, Now = Now }, into);
        }

        for (var i = 0; i < 50; i++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Six standard deviations of the binomial: for a fair draw, missed once in 500 million times.</summary>
    private static void Near(double share, int count, int of) => Assert.InRange(count, (share * of) - (6 * Math.Sqrt(of * share * (1 - share))), (share * of) + (6 * Math.Sqrt(of * share * (1 - share))));

    /// <summary>Pearson's chi-square of two divisions of the same people.</summary>
    /// <remarks>
    /// Independent divisions into r and c parts give a sum with d = (r-1)(c-1) degrees of freedom. By Laurent and Massart (2000)
    /// it is above d + 2√(dx) + 2x with probability at most e^-x; x = 18 makes that one in 65 million for each pair.
    /// </remarks>
    private static void Independent(Func<int, int> one, Func<int, int> other)
    {
        var cells = new double[3, 3];
        for (var person = 0; person < People; person++) cells[one(person), other(person)]++;
        double Row(int i) => cells[i, 0] + cells[i, 1] + cells[i, 2];
        double Column(int j) => cells[0, j] + cells[1, j] + cells[2, j];
        var (sum, rows, columns) = (0d, Enumerable.Range(0, 3).Where(i => Row(i) > 0).ToList(), Enumerable.Range(0, 3).Where(j => Column(j) > 0).ToList());
        foreach (var (i, j) in rows.SelectMany(i => columns.Select(j => (i, j))))
        {
            var expected = Row(i) * Column(j) / People;
            sum += (cells[i, j] - expected) * (cells[i, j] - expected) / expected;
        }

        double d = (rows.Count - 1) * (columns.Count - 1);
        Assert.True(d > 0);
        Assert.InRange(sum, 0, d + (2 * Math.Sqrt(d * 18)) + (2 * 18));
    }
}
