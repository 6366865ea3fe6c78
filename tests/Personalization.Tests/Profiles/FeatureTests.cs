using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

/// <summary>What each feature makes of events, how a request reads it, and when it is gone.</summary>
public sealed class FeatureTests
{
    private static readonly DateTimeOffset Start = Behaviour.Start;
    private static readonly uint Now = Behaviour.Now;
    private readonly Profile profile = new();
    private readonly VaultFeatures vault = new();

    [Theory]
    [InlineData(EventType.View, 1), InlineData(EventType.Click, 1), InlineData(EventType.Dwell, 1), InlineData(EventType.AddToCart, 3), InlineData(EventType.RemoveFromCart, -2)]
    [InlineData(EventType.Purchase, 0), InlineData(EventType.Impression, 0), InlineData(EventType.Search, 0), InlineData(EventType.Custom, 0)]
    public void An_affinity_grows_by_what_the_kind_of_event_weighs(EventType type, float weight)
    {
        Fold(Behaviour.Event(type, null, 0, 4));
        Assert.Equal(weight, profile.Categories.Of(Behaviour.Category(1), Now));
        Assert.Equal(weight, profile.Brands.Of(Term.Of(TermKind.Brand, "brand0"), Now));
        Assert.Equal(weight, profile.PriceBands.Of(Term.Of(TermKind.PriceBand, "EUR:6"), Now));
        Assert.Equal(weight, profile.Attributes.Of(Term.Of(TermKind.Attribute, "colour=red"), Now));
    }

    [Theory]
    [InlineData(5, 2), InlineData(4, 1), InlineData(3, 0), InlineData(1, -2), InlineData(900, 2)]
    public void A_rating_counts_for_or_against_by_its_stars(float stars, float weight)
    {
        Fold(Behaviour.Event(EventType.Rate, null, 0, 4) with { Value = stars });
        Assert.Equal(weight, profile.Categories.Of(Behaviour.Category(1), Now));
    }

    [Fact]
    public void An_affinity_fades_and_is_never_served_once_it_is_expired()
    {
        Fold([.. Enumerable.Range(0, 5).Select(_ => Behaviour.Event(EventType.Dwell, null, 0, 4))]);
        Assert.Equal(2.5, profile.Categories.Of(Behaviour.Category(1), At(days: 7)), 5);
        Assert.NotEqual(0, profile.Categories.Of(Behaviour.Category(1), At(days: 30) - 1));
        Assert.Equal(0, profile.Categories.Of(Behaviour.Category(1), At(days: 30)));
    }

    [Fact]
    public void What_expired_leaves_with_the_next_event_of_another_day()
    {
        Fold(Behaviour.Event(EventType.View, null, 0, 4));
        var full = Behaviour.Bytes(profile).Length;
        Fold(Behaviour.Event(EventType.Impression, Start.AddDays(31)));
        Assert.True(Behaviour.Bytes(profile).Length < full - 100);
        Assert.Equal(0, profile.Recent.Count);
    }

    [Fact]
    public void A_full_affinity_gives_up_its_weakest()
    {
        var many = CatalogueSnapshot.Empty.With(Enumerable.Range(0, 20).Select(i => new Item { Id = $"i{i}", Category = $"c{i}" }));
        var input = new FeatureInput();
        for (var i = 0; i < 20; i++)
        {
            for (var times = 0; times <= i; times++)
            {
                input.Take(Behaviour.Event(EventType.View) with { Items = new[] { ItemKey.Of($"i{i}").Value } }, many);
                profile.Apply(input, Purposes.All);
            }
        }

        Span<TermShare> shares = stackalloc TermShare[64];
        var kept = profile.Categories.Shares(Now, shares);
        Assert.InRange(kept, 8, 16);
        Assert.Equal(20, profile.Categories.Of(Term.Of(TermKind.Category, "c19"), Now));
        Assert.Equal(0, profile.Categories.Of(Term.Of(TermKind.Category, "c0"), Now));
    }

    [Fact]
    public void Shares_add_up_to_one_over_what_speaks_for_someone()
    {
        Fold(Behaviour.Event(EventType.View, null, 0, 0), Behaviour.Event(EventType.AddToCart, null, 0, 1), Behaviour.Event(EventType.RemoveFromCart, null, 0, 2));
        Span<TermShare> shares = stackalloc TermShare[64];
        var kept = shares[..profile.Categories.Shares(Now, shares)].ToArray();
        Assert.Equal([0.25f, 0.75f], kept.Select(s => s.Share).Order());
    }

    [Fact]
    public void Recent_items_are_each_there_once_newest_first_with_what_they_weigh()
    {
        Fold(Behaviour.Event(EventType.View, Start, 0, 1), Behaviour.Event(EventType.View, Start.AddMinutes(1), 0, 2), Behaviour.Event(EventType.AddToCart, Start.AddMinutes(2), 0, 1), Behaviour.Event(EventType.View, Start.AddMinutes(-5), 0, 3));
        Assert.Equal([(Behaviour.Item(1), 4f), (Behaviour.Item(2), 1f), (Behaviour.Item(3), 1f)], profile.Recent.All(Now).Select(r => (r.Item, r.Weight)));
        Assert.True(profile.Recent.Contains(Behaviour.Item(3), Now));
        Assert.False(profile.Recent.Contains(Behaviour.Item(3), At(days: 30)));
    }

    [Fact]
    public void The_oldest_item_makes_room_for_the_newest()
    {
        var input = new FeatureInput();
        for (var i = 0; i <= RecentItems.Kept; i++)
        {
            input.Take(Behaviour.Event(EventType.View, Start.AddSeconds(i)) with { Items = new[] { (ulong)i + 1 } }, Behaviour.Catalogue);
            profile.Apply(input, Purposes.All);
        }

        Assert.Equal(RecentItems.Kept, profile.Recent.Count);
        Assert.False(profile.Recent.Contains(new(1), Now));
        Assert.True(profile.Recent.Contains(new(RecentItems.Kept + 1), Now));
    }

    [Fact]
    public void Activity_is_counted_by_day_over_1_7_and_30_days_and_says_nothing_of_purchases()
    {
        Fold([.. new[] { 0, 0, 3, 10, 29 }.Select(days => Behaviour.Event(EventType.View, Start.AddDays(-days), 0, 1)), Behaviour.Event(EventType.Purchase, Start, 0, 1)]);
        Assert.Equal((2, 3, 5), (profile.Activity.Times(Activity.View, 1, Now), profile.Activity.Times(Activity.View, 7, Now), profile.Activity.Times(Activity.View, 30, Now)));
        Assert.Equal(0, profile.Activity.Times(Activity.View, 1, At(days: 1)));
        Assert.Equal(4, profile.Activity.Times(Activity.View, 30, At(days: 1)));
        Assert.Equal(0, Enum.GetValues<Activity>().Where(a => a != Activity.View).Sum(a => profile.Activity.Times(a, 30, Now)));
    }

    [Fact]
    public void A_cart_is_high_intent_and_the_session_ends_after_half_an_hour_of_silence()
    {
        Fold(Behaviour.Event(EventType.AddToCart, Start, 0, 1) with { Session = 5 });
        Assert.Equal(["high_intent", "interested_in:category1"], profile.Intent.Signals(Now + 1799, Behaviour.Catalogue.Terms));
        Assert.Empty(profile.Intent.Signals(Now + 1800, Behaviour.Catalogue.Terms));
        Fold(Behaviour.Event(EventType.View, Start.AddMinutes(31), 0, 2) with { Session = 5 });
        Assert.Equal(Now + (31 * 60), profile.Intent.Started);
        Assert.False(profile.Intent.HighIntent(Now + (31 * 60)));
    }

    [Fact]
    public void Another_session_begins_anew()
    {
        Fold(Behaviour.Event(EventType.AddToCart, Start, 0, 1) with { Session = 5 }, Behaviour.Event(EventType.View, Start.AddMinutes(1), 0, 1) with { Session = 6 });
        Assert.False(profile.Intent.HighIntent(Now + 60));
    }

    [Fact]
    public void Three_views_of_a_category_are_an_interest_and_ten_steps_an_intent()
    {
        Fold([.. Enumerable.Range(0, 3).Select(i => Behaviour.Event(EventType.View, Start.AddSeconds(i), 0, i * 3))]);
        Assert.Equal(["interested_in:category0"], profile.Intent.Signals(Now + 2, Behaviour.Catalogue.Terms));
        Fold([.. Enumerable.Range(0, 7).Select(i => Behaviour.Event(EventType.Search, Start.AddSeconds(5 + i)))]);
        Assert.True(profile.Intent.HighIntent(Now + 12));
    }

    [Fact]
    public void Novelty_is_the_part_that_was_new()
    {
        Assert.Null(profile.Novelty.Share(Now));
        Fold(Behaviour.Event(EventType.View, null, 0, 1), Behaviour.Event(EventType.View, null, 0, 2), Behaviour.Event(EventType.View, null, 0, 1), Behaviour.Event(EventType.View, null, 0, 1));
        Assert.Equal(0.5f, profile.Novelty.Share(Now));
        Assert.Null(profile.Novelty.Share(At(days: 30)));
    }

    [Fact]
    public void Dwell_is_the_usual_stay_and_a_forgotten_page_is_cut()
    {
        Fold(Behaviour.Event(EventType.Dwell, null, 0, 1) with { DwellMs = 10_000 }, Behaviour.Event(EventType.Dwell, null, 0, 1) with { DwellMs = int.MaxValue });
        Assert.Equal(305, profile.Dwell.Mean(Now));
        Assert.Null(profile.Dwell.Mean(At(days: 30)));
    }

    [Fact]
    public void Searches_purchases_and_places_are_in_the_vault()
    {
        Fold(
            Behaviour.Event(EventType.Search) with { Terms = new[] { 77ul } },
            Behaviour.Event(EventType.Purchase, null, 0, 1, 2) with { Value = 20 },
            Behaviour.Event(EventType.Purchase, Start.AddDays(-30), 0, 3) with { Value = 10 },
            Behaviour.Event(EventType.View, null, 0, 1) with { Region = new(0x4544) });
        Assert.Equal(77ul, Assert.Single(vault.Searches.All(Now)).Term.Key);
        Assert.Equal((Now, 1.5f, 25f), (vault.Purchases.Last(Now), MathF.Round(vault.Purchases.Frequency(Now), 4), MathF.Round(vault.Purchases.Value(Now), 4)));
        Assert.True(vault.Purchases.Contains(Behaviour.Item(2), Now));
        Assert.Equal("DE", vault.Locations.Usual(Now).ToString());
        Assert.Equal(((uint?)null, 0f, Region.Unknown), (vault.Purchases.Last(At(days: 30)), vault.Purchases.Value(At(days: 30)), vault.Locations.Usual(At(days: 30))));
        Assert.Empty(vault.Searches.All(At(days: 30)));
    }

    [Theory]
    [InlineData(Purposes.Personalization, EventType.Purchase, Effect.Seen), InlineData(Purposes.Sensitive, EventType.Search, Effect.Seen)]
    [InlineData(Purposes.Personalization, EventType.Search, Effect.Seen | Effect.Profile), InlineData(Purposes.Personalization | Purposes.Location, EventType.View, Effect.Seen | Effect.Profile)]
    [InlineData(Purposes.Personalization | Purposes.Sensitive, EventType.View, Effect.Seen | Effect.Profile), InlineData(Purposes.Personalization | Purposes.Sensitive, EventType.Search, Effect.Seen | Effect.Profile | Effect.Vault)]
    [InlineData(Purposes.Personalization | Purposes.Sensitive | Purposes.Location, EventType.View, Effect.Seen | Effect.Profile | Effect.Vault)]
    public void An_event_goes_only_where_all_purposes_of_the_place_are_granted(Purposes granted, EventType type, Effect expected)
    {
        var e = Behaviour.Event(type, null, 0, 1) with { Granted = granted, Terms = new[] { 1ul }, Region = new(0x4544) };
        Assert.Equal(expected, Assert.Single(Behaviour.Fold(profile, vault, e)));
    }

    [Theory]
    [InlineData(Purposes.Personalization), InlineData(Purposes.Sensitive), InlineData(Purposes.Location)]
    public void What_the_person_refused_outweighs_what_the_event_was_taken_under(Purposes denied)
    {
        profile.Consent = new(Vote.No(denied), 1, Start);
        var effect = Assert.Single(Behaviour.Fold(profile, vault, Behaviour.Event(EventType.Search, null, 0, 1) with { Terms = new[] { 1ul }, Region = new(0x4544) }));
        Assert.Equal(denied == Purposes.Location, effect.HasFlag(Effect.Vault));
        Assert.Equal(denied != Purposes.Personalization, profile.Activity.Times(Activity.Search, 1, Now) > 0);
        Assert.Equal(denied == Purposes.Location, vault.Searches.All(Now).Any());
        Assert.Equal(Region.Unknown, vault.Locations.Usual(Now));
    }

    private void Fold(params StreamedEvent[] events) => Behaviour.Fold(profile, vault, events);

    private static uint At(int days) => Behaviour.Seconds(Start.AddDays(days));
}
