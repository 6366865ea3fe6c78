using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Identity.Merging;

public sealed class PersonViewTests
{
    private static readonly uint Now = Behaviour.Now;

    [Fact]
    public void What_is_known_of_the_members_adds_up()
    {
        var view = Profiles(
            Side(0, Of(0, EventType.AddToCart, 1), Of(0, EventType.View, 2), Of(0, EventType.Dwell, 3) with { DwellMs = 1000 }),
            Side(1, Of(1, EventType.View, 1), Of(1, EventType.Dwell, 4) with { DwellMs = 3000 }));
        Assert.Equal(4, view.Recent.All(Now).Single(r => r.Item == Behaviour.Item(1)).Weight);
        // Items 1 and 4 are of category 1, and of these: cart 3, view 1, dwell 1.
        Assert.Equal(5, view.Categories.Of(Behaviour.Category(1), Now));
        Assert.Equal((2, 2, 1), (view.Activity.Times(Activity.View, 1, Now), view.Activity.Times(Activity.Dwell, 1, Now), view.Activity.Times(Activity.AddToCart, 1, Now)));
        Assert.Equal(2, view.Dwell.Mean(Now));
        Assert.Equal(1, view.Novelty.Share(Now));
    }

    [Fact]
    public void The_view_of_one_member_is_that_members_features()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var side = Sides.Random(new(seed), 0);
            var (alone, view) = (new Profile(), PersonView.OfProfiles().Of(side.Subject, [new(side.Subject, side.Profile, Purposes.All)], Purposes.All));
            Assert.True(alone.Read(side.Profile.Span));
            Assert.Equal(Told(alone), Told(view));
        }
    }

    [Fact]
    public void The_intent_of_a_person_is_that_of_the_session_they_were_in_last()
    {
        var early = Side(0, Of(0, EventType.AddToCart, 1) with { Session = 5 });
        var late = Side(1, Of(1, EventType.View, 2, 5) with { Session = 6 });
        Assert.False(Profiles(early, late).Intent.HighIntent(Now + 300));
        Assert.Equal(Now + 300, Profiles(late, early).Intent.Started);
    }

    [Fact]
    public void A_list_that_is_over_full_keeps_what_is_strongest_or_newest()
    {
        var many = Enumerable.Range(0, 40);
        var view = Profiles(
            Side(0, [.. many.Select(i => Behaviour.Event(EventType.View, Behaviour.Start.AddMinutes(i), 0) with { Items = new[] { (ulong)i + 1 } })]),
            Side(1, [.. many.Select(i => Behaviour.Event(EventType.View, Behaviour.Start.AddMinutes(100 + i), 1) with { Items = new[] { (ulong)i + 1001 } })]));
        Assert.Equal(RecentItems.Kept, view.Recent.Count);
        var kept = view.Recent.All(Now + 60_000).Select(r => r.Item.Value).ToList();
        Assert.Equal([.. many.Reverse().Select(i => (ulong)i + 1001), .. many.Reverse().Take(10).Select(i => (ulong)i + 1)], kept);
    }

    [Fact]
    public void A_feature_of_a_side_that_refused_its_purpose_never_enters()
    {
        var (open, shut) = (Side(0, Of(0, EventType.View, 1)), Side(1, Of(1, EventType.View, 2)) with { Allowed = Purposes.All & ~Purposes.Personalization });
        Assert.Equal([Behaviour.Item(1)], Profiles(open, shut).Recent.All(Now).Select(r => r.Item));
        var vaults = PersonView.OfVaults().Of(Behaviour.Person(0), [VaultSide(0, Purposes.All), VaultSide(1, Purposes.All & ~Purposes.Location)], Purposes.All);
        Assert.Equal(2, vaults.Purchases.Frequency(Now));
        Assert.Equal(1, Assert.Single(Provenance.Of(vaults, Now), t => t.Feature == "location").Attribute.Value);
    }

    [Fact]
    public void What_took_in_a_third_partys_data_does_not_enter_without_that_sides_leave()
    {
        var (own, mixed) = (Side(0, Of(0, EventType.View, 1)), Side(1, Of(1, EventType.View, 2) with { FromThirdParty = true }));
        Assert.Equal(2, Profiles(own, mixed).Recent.Count);
        Assert.Equal([Behaviour.Item(1)], Profiles(own, mixed with { Allowed = Purposes.All & ~Purposes.ThirdParty }).Recent.All(Now).Select(r => r.Item));
    }

    [Fact]
    public void Without_leave_to_join_devices_the_view_is_of_the_one_who_asks()
    {
        ViewSide[] sides = [Side(0, Of(0, EventType.View, 1)), Side(1, Of(1, EventType.View, 2))];
        foreach (var own in new[] { 0, 1 })
        {
            var view = PersonView.OfProfiles().Of(Behaviour.Person(own), sides, Purposes.All & ~Purposes.CrossDevice);
            Assert.Equal([Behaviour.Item(own + 1)], view.Recent.All(Now).Select(r => r.Item));
        }

        Assert.Equal(1, Profiles(sides[0], sides[1] with { Allowed = Purposes.Personalization }).Recent.Count);
    }

    [Fact]
    public void A_document_nobody_can_read_is_left_out_and_counted()
    {
        var view = PersonView.OfProfiles();
        var sum = view.Of(Behaviour.Person(0), [Side(0, Of(0, EventType.View, 1)), new(Behaviour.Person(1), "damaged"u8.ToArray(), Purposes.All)], Purposes.All);
        Assert.Equal((1, 1), (sum.Recent.Count, view.Unreadable));
    }

    [Fact]
    public void Adding_up_allocates_nothing_once_it_is_warm()
    {
        var (view, vaults) = (PersonView.OfProfiles(), PersonView.OfVaults());
        var random = new Random(3);
        var sides = Enumerable.Range(0, 4).Select(i => Sides.Random(random, i)).ToList();
        List<ViewSide> profiles = [.. sides.Select(s => new ViewSide(s.Subject, s.Profile, Purposes.All))], kept = [.. sides.Select(s => new ViewSide(s.Subject, s.Vault, Purposes.All))];
        void Once()
        {
            view.Of(Behaviour.Person(0), profiles, Purposes.All);
            vaults.Of(Behaviour.Person(0), kept, Purposes.All);
        }

        for (var i = 0; i < 50; i++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static StreamedEvent Of(int person, EventType type, int item, int minute = 0) => Behaviour.Event(type, Behaviour.Start.AddMinutes(minute), person, item);

    private static ViewSide Side(int person, params StreamedEvent[] events)
    {
        var profile = new Profile();
        Behaviour.Fold(profile, null, events);
        return new(Behaviour.Person(person), Behaviour.Bytes(profile), Purposes.All);
    }

    private static ViewSide VaultSide(int person, Purposes allowed)
    {
        var vault = new VaultFeatures();
        Behaviour.Fold(new(), vault, Of(person, EventType.Purchase, 1) with { Region = new(0x4544) });
        return new(Behaviour.Person(person), Behaviour.Bytes(vault), allowed);
    }

    private static Profile Profiles(params ViewSide[] sides) => PersonView.OfProfiles().Of(Behaviour.Person(0), sides, Purposes.All);

    private static List<TracedAttribute> Told(Profile profile) => [.. Provenance.Of(profile, Behaviour.Seconds(Behaviour.Start.AddDays(20))).OrderBy(t => (t.Feature, t.Attribute.Key, t.Attribute.Name))];
}
