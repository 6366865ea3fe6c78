using FsCheck;
using FsCheck.Fluent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Merging;

public sealed class ExposuresTests
{
    private const string Experiment = "ranking";
    private const int Variants = 3;

    [Fact]
    public void Whoever_was_exposed_flips_zero_times_across_logins_merges_and_unmerges() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var (log, seen, shown) = (new List<IdentityEvent>(), Exposures.None, new Dictionary<Subject, int>());
            for (var minute = 1; minute < 80; minute++)
            {
                var (one, other) = (random.Next(8), random.Next(8));
                if (random.Next(4) == 0) log.Add(Merged(minute, one, other));
                else if (random.Next(6) == 0) log.Add(Unmerged(minute, $"m{random.Next(minute)}"));
                var members = Folded(log).ClusterOf(Subject(one)).Members;
                var variant = seen.VariantOf(Subject(one), members, Experiment, Variants);
                if (shown.TryGetValue(Subject(one), out var before) && before != variant) return false;
                shown[Subject(one)] = variant;
                seen = seen.With(new(Subject(one), Experiment, variant, Start.AddMinutes(minute)));
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Who_joins_somebody_exposed_sees_what_they_saw_and_keeps_it_after_the_unmerge()
    {
        for (var person = 0; person < 30; person++)
        {
            Subject[] both = [Subject(person), Subject(person + 1)];
            var seen = Exposures.None.With(new(both[1], Experiment, 2, Start));
            Assert.Equal(2, seen.VariantOf(both[0], both, Experiment, Variants));
            seen = seen.With(new(both[0], Experiment, 2, Start.AddMinutes(1)));
            Assert.Equal(2, seen.VariantOf(both[0], [both[0]], Experiment, Variants));
        }
    }

    [Fact]
    public void The_person_counts_for_the_earliest_exposure_and_for_the_smaller_subject_at_the_same_moment()
    {
        Subject[] both = [Subject(0), Subject(1)];
        var later = Exposures.None.With(new(both[0], Experiment, 1, Start.AddMinutes(1))).With(new(both[1], Experiment, 2, Start));
        Assert.Equal(new(Experiment, 2, Start, true), later.BucketOf(both, Experiment));
        var tie = Exposures.None.With(new(both[0], Experiment, 1, Start)).With(new(both[1], Experiment, 2, Start));
        Assert.Equal(1, tie.BucketOf(both, Experiment)!.Variant);
        Assert.Null(tie.BucketOf(both, "another"));
    }

    [Fact]
    public void Members_nobody_has_exposed_get_the_same_variant_and_people_spread_over_all()
    {
        var all = Enumerable.Range(0, 300).Select(i => Exposures.None.VariantOf(Subject(i), [Subject(i), Subject(i + 1000)], Experiment, Variants)).ToList();
        Assert.Equal(all, Enumerable.Range(0, 300).Select(i => Exposures.None.VariantOf(Subject(i + 1000), [Subject(i + 1000), Subject(i)], Experiment, Variants)));
        // 100 of 300 expected each; six standard deviations of the binomial are 49.
        Assert.All(Enumerable.Range(0, Variants), v => Assert.InRange(all.Count(a => a == v), 51, 149));
    }

    [Fact]
    public void What_somebody_was_shown_is_the_sum_over_their_members_and_falls_apart_with_them()
    {
        var caps = CapCounts.None.Shown(Subject(0), 5, 1).Shown(Subject(0), 5, 1).Shown(Subject(1), 5, 1).Shown(Subject(1), 5, 2);
        Assert.Equal((3, 2, 1), (caps.Total([Subject(0), Subject(1)], 5, 1), caps.Total([Subject(0)], 5, 1), caps.Total([Subject(1), Subject(1)], 5, 1)));
        Assert.Equal([new(5, 1, 3), new(5, 2, 1)], caps.Totals([Subject(0), Subject(1)]));
    }
}
