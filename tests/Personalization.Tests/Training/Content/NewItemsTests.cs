using Personalization.Catalog;
using Personalization.Models;
using Personalization.Tests.Models;
using Personalization.Training.Content;

namespace Personalization.Tests.Training.Content;

/// <summary>Items that nobody met are in a model where they are like what people met, and nowhere else.</summary>
public sealed class NewItemsTests
{
    public static TheoryData<string> Families => ["als", "ease", "graph", "cooccurrence", "blend"];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_new_item_is_for_those_who_like_what_it_is_like(string family)
    {
        var placed = KindsShop.Place(family);
        Assert.Equal(KindsShop.Kinds, placed.New);
        for (var kind = 0; kind < KindsShop.Kinds; kind++)
        {
            var taste = KindsShop.Taste(placed.Model, kind, kind + 3, kind + 6, kind + 9);
            Assert.True(taste.Of(KindsShop.New[kind]) > 0);
            for (var other = 0; other < KindsShop.Kinds; other++)
                if (other != kind) Assert.True(taste.Of(KindsShop.New[kind]) > 2 * taste.Of(KindsShop.New[other]));
        }
    }

    [Fact]
    public void Who_met_a_new_item_is_known_by_it_where_items_have_vectors()
    {
        var taste = KindsShop.Taste(KindsShop.Place("als").Model, KindsShop.Known + 1);
        Assert.True(taste.Of(Learn.Key(4)) > 2 * taste.Of(Learn.Key(3)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void What_is_like_nothing_and_what_cannot_be_shown_is_not_in_it(string family)
    {
        var strange = new Item { Id = "strange", Category = "elsewhere", Brand = "nobody", Attributes = new Dictionary<string, string> { ["title"] = "quartz sundial" } };
        var gone = KindsShop.Item(KindsShop.Known) with { Id = "gone", Available = false };
        var placed = KindsShop.Place(family, [.. KindsShop.Items(), strange, gone]);
        Assert.Equal(KindsShop.Kinds, placed.New);
        Assert.All(new[] { strange, gone }, i => Assert.Equal(-1, placed.Model.PlaceOf(ItemKey.Of(i.Id).Value)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Where_what_items_say_foretells_nothing_nothing_is_added(string family)
    {
        var placed = KindsShop.Place(family, KindsShop.Items(told: false));
        Assert.Equal((0, 0, 0, KindsShop.Known), (placed.New, placed.Vectors, placed.Near, placed.Model.Count));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void What_is_said_of_items_that_are_well_known_does_not_change(string family)
    {
        var (before, after) = (KindsShop.Learned(family, KindsShop.People()), KindsShop.Place(family).Model);
        foreach (var met in new int[][] { [1], [0, 3, 6], [2, 5, 7, 30, 31, 32] })
        {
            var (then, now) = (KindsShop.Taste(before, met), KindsShop.Taste(after, met));
            for (var item = 0; item < KindsShop.Known; item++) Assert.Equal(then.Of(Learn.Key(item)), now.Of(Learn.Key(item)), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_first_one_who_meets_an_item_does_not_push_it_out(string family)
    {
        // Item 6 is met by one person alone, who likes another kind.
        var people = KindsShop.People();
        (int, float)[][] hardly = [.. people.Select((p, n) => n == 1 ? [.. p, (6, 1f)] : p.Where(m => m.Item != 6).ToArray())];
        hardly[1] = [.. hardly[1].DistinctBy(m => m.Item1)];
        var (learned, placed) = (KindsShop.Taste(KindsShop.Learned(family, hardly), 0, 3, 9), KindsShop.Taste(KindsShop.Place(family, people: hardly).Model, 0, 3, 9));
        Assert.True(placed.Of(Learn.Key(6)) > 2 * learned.Of(Learn.Key(6)));
        Assert.True(placed.Of(Learn.Key(6)) > 0.3 * placed.Of(KindsShop.New[0]));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_same_bytes_come_out_whatever_the_threads_and_orders(string family)
    {
        var file = ModelFile.Write(KindsShop.Place(family).Model);
        Assert.NotNull(ModelFile.Read("m", file));
        var shuffled = KindsShop.People();
        new Random(3).Shuffle(shuffled);
        Assert.Equal(file, ModelFile.Write(KindsShop.Place(family, KindsShop.Items().Reverse(), 1, shuffled).Model));
        Assert.Equal(file, ModelFile.Write(KindsShop.Place(family, threads: 3).Model));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Somebody_left_out_leaves_no_trace(string family)
    {
        var people = KindsShop.People();
        var never = ModelFile.Write(KindsShop.Place(family, people: [.. people.Where((_, p) => p != 7)]).Model);
        Assert.Equal(never, ModelFile.Write(KindsShop.Place(family, people: [.. people.Select((r, p) => p == 7 ? [] : r)]).Model));
        Assert.NotEqual(never, ModelFile.Write(KindsShop.Place(family).Model));
    }

    [Fact]
    public void What_every_item_says_of_itself_alone_does_not_hide_what_it_is_like()
    {
        var items = KindsShop.Items().Select(i => i with { Attributes = new Dictionary<string, string>(i.Attributes!) { ["code"] = $"40{i.Id[5..]}8871", ["picture"] = $"https://pictures.example/{i.Id[5..]}a/{i.Id[5..]}b.jpg", ["address"] = $"p{i.Id[5..]}x" } });
        Assert.Equal(KindsShop.Kinds, KindsShop.Place("als", items).New);
    }

    [Theory]
    [InlineData("ease")]
    [InlineData("blend")]
    public void However_many_items_are_new_one_that_people_met_speaks_for_no_more_than_so_many(string family)
    {
        var placed = KindsShop.Place(family, Enumerable.Range(0, KindsShop.Known + 6_000).Select(i => KindsShop.Item(i) with { Attributes = null }));
        Assert.Equal(6_000, placed.New);
        var near = placed.Model.Near;
        var said = Enumerable.Range(0, near.Items).Select(i => near.OthersOf(i).Length).ToArray();
        Assert.InRange(said.Max(), Spoken.Most, Spoken.Most + KindsShop.Known);
        Assert.True(KindsShop.Taste(placed.Model, 0, 3, 6, 9).Best(new Personalization.Decisions.Scoring.Ranked[100]) == 100);
        Assert.NotNull(ModelFile.Read("m", ModelFile.Write(placed.Model)));
    }

    [Fact]
    public void A_catalogue_of_nothing_new_or_nothing_at_all_leaves_the_model_as_it_was()
    {
        var model = KindsShop.Learned("blend", KindsShop.People());
        Assert.Same(model, NewItems.Place(model, new int[KindsShop.Known], null, 1, default).Model);
        Assert.Same(model, NewItems.Place(model, new int[KindsShop.Known], CatalogueSnapshot.Empty, 1, default).Model);
        Assert.Same(model, NewItems.Place(model, new int[KindsShop.Known], CatalogueSnapshot.Empty.With(KindsShop.Items()), 1, default).Model);
        Assert.Equal(0, KindsShop.Place("blend", KindsShop.Items().Take(KindsShop.Known)).New);
    }
}
