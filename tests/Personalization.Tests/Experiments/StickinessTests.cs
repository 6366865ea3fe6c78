using Personalization.Decisions;
using System.Diagnostics.Metrics;
using FsCheck;
using FsCheck.Fluent;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Storage;
using Personalization.Tests.Identity.Graph;
using static Personalization.Tests.Experiments.Lab;

namespace Personalization.Tests.Experiments;

/// <summary>Nobody who has seen a variant ever sees another one of that experiment; the holdout is one as well.</summary>
public sealed class StickinessTests
{
    // One and the same experiments, as a marketer changes them over time: shares, order, what runs, and a holdout that comes and goes.
    private static readonly CompiledExperiments[] Published =
    [
        Compiled($"{Layer("l1", Experiment("a", 0.3), Experiment("b", 0.3))},{Layer("l2", Experiment("c"))}", HoldingOut(0.3)),
        Compiled($"{Layer("l1", Experiment("b", 0.8), Experiment("a", 0.1))},{Layer("l2", Experiment("c", 0.5))}", HoldingOut(0.3)),
        Compiled($"{Layer("l1", Experiment("b", 1))},{Layer("l2", Experiment("d", 0.5), Experiment("c", 0.5))}", HoldingOut(0.3, "q2")),
        Compiled(Layer("l2", Experiment("c", 0))),
    ];

    [Fact]
    public void Nobody_flips_through_logins_merges_and_unmerges_whatever_is_published_meanwhile() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Flips(seed).GetAwaiter().GetResult() == 0).QuickCheckThrowOnFailure();

    [Fact]
    public void Who_joins_somebody_sees_what_they_saw_and_keeps_it_after_the_unmerge()
    {
        var experiments = Published[0];
        for (var person = 0; person < 60; person++)
        {
            Subject[] both = [Person(person), Person(person + 1000)];
            var seen = Seen(both[1], "c", 1);
            var joined = experiments.Assign(both[0], seen, both);
            if (joined.HeldOut) continue;
            var c = joined.Experiments.ToArray().Single(e => e.Experiment == "c");
            Assert.Equal((1, true), (c.Variant, c.IsNew));
            c = experiments.Assign(both[0], seen.Join(Seen(both[0], "c", 1, 1)).Join(Seen(both[0], "holdout:q1", 1))).Experiments.ToArray().Single(e => e.Experiment == "c");
            Assert.Equal((1, false), (c.Variant, c.IsNew));
        }
    }

    [Fact]
    public void Members_who_have_seen_nothing_get_the_same()
    {
        for (var person = 0; person < 300; person++)
        {
            Subject[] both = [Person(person), Person(person + 1000)];
            Assert.Equal(Published[0].Assign(both[0], Exposures.None, both).Words(), Published[0].Assign(both[1], Exposures.None, [both[1], both[0]]).Words());
        }
    }

    [Fact]
    public void Whoever_is_in_one_experiment_of_a_layer_stays_in_it_and_out_of_the_others()
    {
        var experiments = Compiled(Layer("l", Experiment("a", 0, more: ""","engines":["search"] """), Experiment("b", 1)));
        Assert.All(Enumerable.Range(0, 50), p =>
        {
            var seen = Seen(Person(p), "a", 1);
            Assert.Equal("", experiments.Assign(Person(p), seen).Words());
            Assert.Equal("a:1", experiments.Assign(Person(p), seen, engine: Personalization.Decisions.DecisionEngine.Search).Words());
            Assert.StartsWith("b:", experiments.Assign(Person(p), Exposures.None).Words(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_holdout_goes_with_the_person_and_with_its_seed()
    {
        for (var person = 0; person < 60; person++)
        {
            Subject[] both = [Person(person), Person(person + 1000)];
            Assert.True(Published[0].Assign(both[0], Seen(both[1], "holdout:q1", 0), both).HeldOut);
            Assert.False(Published[0].Assign(both[0], Seen(both[1], "holdout:q1", 1), both).HeldOut);
            Assert.True(Published[0].Assign(both[0], Seen(both[1], "holdout:q1", 1).Join(Seen(both[0], "holdout:q1", 0, 9)), both).HeldOut);
            Assert.Equal(Published[0].Assign(person).HeldOut, Published[0].Assign(both[0], Seen(both[0], "holdout:q2", person % 2)).HeldOut);
        }
    }

    private static async Task<int> Flips(int seed)
    {
        var (random, clock) = (new Random(seed), new ManualClock());
        await using var storage = InMemory.Storage(clock);
        using var meter = new Meter("stickiness");
        var book = new ExposureBook(storage.Documents, _ => true, clock, meter);
        var (log, shown, experiments, flips) = (new List<IdentityEvent>(), new Dictionary<(Subject, string), int>(), Published[0], 0);
        for (var minute = 1; minute < 120; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            var (one, other) = (random.Next(8), random.Next(8));
            if (random.Next(4) == 0) log.Add(Folk.Merged(minute, one, other));
            else if (random.Next(6) == 0) log.Add(Folk.Unmerged(minute, $"m{random.Next(minute)}"));
            if (random.Next(12) == 0) experiments = Published[random.Next(Published.Length)];
            // Another process, or this one after a crash that came after the writing.
            if (random.Next(10) == 0 && await book.Flush(default)) book = new(storage.Documents, _ => true, clock, meter);
            var subject = Folk.Subject(one);
            Subject[] members = [subject, .. Folk.Folded(log).ClusterOf(subject).Members.Where(m => m != subject)];
            var got = experiments.Assign(subject, await book.Read(members, default), members, now: clock.GetUtcNow());
            book.Note(subject, got, clock.GetUtcNow());
            foreach (var e in (Assigned[])[.. got.Experiments, .. got.Holdout is { } holdout ? new[] { holdout } : []])
            {
                if (shown.TryGetValue((subject, e.Experiment), out var before) && before != e.Variant) flips++;
                shown[(subject, e.Experiment)] = e.Variant;
            }
        }

        return flips;
    }
}
