using Personalization.Catalog;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Catalog;

/// <summary>A process that has just started knows the whole catalogue before it makes anything of it.</summary>
public sealed class CatalogueTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    public CatalogueTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task The_first_upsert_after_a_start_keeps_what_was_there()
    {
        await Fresh().Upsert([Item("boot")], default);
        var restarted = Fresh();
        await restarted.Upsert([Item("hat")], default);
        Assert.Equal(["boot", "hat"], restarted.Now.All.Select(i => i.Item.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_needs_it_gets_it_whole_at_the_first_asking()
    {
        await Fresh().Upsert([.. Enumerable.Range(0, 2500).Select(i => Item($"i{i}"))], default);
        Assert.Equal(2500, (await Fresh().Loaded(default)).All.Count);
    }

    [Fact]
    public async Task An_item_that_cannot_be_read_does_not_hide_the_others()
    {
        await Fresh().Upsert([Item("boot")], default);
        await storage.Documents.Put(Catalogue.Store, "catalogue", "broken", "{"u8.ToArray(), Personalization.Storage.Condition.None, null, default);
        Assert.Equal("boot", Assert.Single((await Fresh().Loaded(default)).All).Item.Id);
    }

    [Fact]
    public void A_price_within_its_band_or_an_availability_keeps_the_words_and_changes_the_item()
    {
        var before = CatalogueSnapshot.Empty.With([Item("boot") with { Price = 60, Currency = "EUR" }, Item("hat")]);
        var after = before.With([Item("boot") with { Price = 61, Currency = "EUR", Available = false }]);
        Assert.Same(before.Terms, after.Terms);
        Assert.Equal((61m, false), (after.Find("boot")!.Item.Price, after.Find("boot")!.Item.CanBeShown));
        Assert.Equal(60m, before.Find("boot")!.Item.Price);
        Assert.NotSame(before.Terms, after.With([Item("boot") with { Category = "sale" }]).Terms);
    }

    [Fact]
    public async Task A_change_of_price_or_availability_leaves_the_rest_and_names_what_it_does_not_find()
    {
        var catalogue = Fresh();
        await catalogue.Upsert([Item("boot") with { Brand = "Alp", Price = 60, Currency = "EUR" }], default);
        var unknown = await catalogue.Change([new() { Id = "boot", Available = false }, new() { Id = "boot", Price = 50, Currency = "EUR" }, new() { Id = "hat", Available = true }], default);
        Assert.Equal("hat", Assert.Single(unknown).Id);
        var boot = (await Fresh().Loaded(default)).Find("boot")!.Item;
        Assert.Equal(("footwear", "Alp", 50m, false), (boot.Category, boot.Brand, boot.Price, boot.Available));
    }

    [Fact]
    public async Task Attributes_are_held_to_their_declaration_from_the_first_one_on()
    {
        var catalogue = Fresh();
        var odd = Item("odd") with { Attributes = new Dictionary<string, string> { ["shade"] = "x" } };
        Assert.Null((await catalogue.Schema(default)).Fault(odd));
        await catalogue.Upsert([odd, Item("plain")], default);
        Assert.Equal(1, await catalogue.Declare(new([new() { Name = "colour", Kind = "choice", Values = ["red", "blue"] }, new() { Name = "size", Kind = "number" }, new() { Name = "vegan", Kind = "flag" }, new() { Name = "cut", Kind = "text" }]), default));
        var schema = await Fresh().Schema(default);
        Assert.Equal(["attributes.shade", "attributes.colour", "attributes.size", "attributes.vegan", null], new List<string?> { Fault("shade", "x"), Fault("colour", "green"), Fault("size", "NaN"), Fault("vegan", "yes"), Fault("cut", "slim") });
        string? Fault(string name, string value) => schema.Fault(Item("i") with { Attributes = new Dictionary<string, string> { [name] = value } })?.Field;
    }

    [Fact]
    public void A_declaration_that_says_nothing_names_its_field() => Assert.Equal(["name", "kind", "values", "values", "values"], new AttributeDeclaration[]
    {
        new() { Kind = "text" }, new() { Name = "a", Kind = "colour" }, new() { Name = "a", Kind = "choice" }, new() { Name = "a", Kind = "text", Values = ["b"] }, new() { Name = "a", Kind = "choice", Values = [""] },
    }.Select(d => d.Fault()!.Value.Field));

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private Catalogue Fresh() => new(storage.Documents, clock, new(TimeSpan.FromSeconds(5)));

    private static Item Item(string id) => new() { Id = id, Category = "footwear" };
}
