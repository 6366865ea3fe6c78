using Personalization.Identity;
using Personalization.Identity.Merging;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Merging;

public sealed class ExposuresTests
{
    private const string Experiment = "ranking";

    [Fact]
    public void A_subject_has_what_it_saw_itself_and_its_person_what_any_saw_first()
    {
        Subject[] both = [Subject(0), Subject(1)];
        var seen = Exposures.None.With(new(both[1], Experiment, 2, Start)).With(new(both[0], Experiment, 1, Start.AddMinutes(1)));
        Assert.Equal((1, 2), (seen.Own(both[0], Experiment)!.Variant, seen.Own(both[1], Experiment)!.Variant));
        Assert.Equal(2, seen.First(both, Experiment)!.Variant);
        Assert.Equal(1, seen.With(new(both[0], Experiment, 1, Start)).First(both, Experiment)!.Variant);
        Assert.Null(seen.First(both, "another"));
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
    public void What_somebody_was_shown_is_the_sum_over_their_members_and_falls_apart_with_them()
    {
        var caps = CapCounts.None.Shown(Subject(0), 5, 1).Shown(Subject(0), 5, 1).Shown(Subject(1), 5, 1).Shown(Subject(1), 5, 2);
        Assert.Equal((3, 2, 1), (caps.Total([Subject(0), Subject(1)], 5, 1), caps.Total([Subject(0)], 5, 1), caps.Total([Subject(1), Subject(1)], 5, 1)));
        Assert.Equal([new(5, 1, 3), new(5, 2, 1)], caps.Totals([Subject(0), Subject(1)]));
    }
}
