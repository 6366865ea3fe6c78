using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Profiles;
using Personalization.Training.Choosing;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>Only what people themselves allow becomes something to learn from, and of nobody more than their share.</summary>
public sealed class GatheringTests : IAsyncLifetime
{
    private static readonly Vote Yes = Vote.Yes(Purposes.Personalization | Purposes.Training | Purposes.CrossDevice);

    private readonly ManualClock clock = new();
    private EmbeddedStorage storage = null!;
    private Catalogue catalogue = null!;

    public async Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        catalogue = new(storage.Documents, clock, new(TimeSpan.FromDays(1)));
        await catalogue.Upsert([.. Behaviour.Catalogue.All.Select(i => i.Item)], default);
    }

    public async Task DisposeAsync() => await storage.DisposeAsync();

    [Theory]
    [InlineData(Purposes.Personalization | Purposes.Training, Purposes.None, 1)]
    [InlineData(Purposes.Personalization, Purposes.None, 0)]
    [InlineData(Purposes.Training, Purposes.None, 0)]
    [InlineData(Purposes.None, Purposes.None, 0)]
    [InlineData(Purposes.Personalization | Purposes.Training, Purposes.Training, 0)]
    [InlineData(Purposes.Personalization | Purposes.Training, Purposes.Personalization, 0)]
    public async Task Who_did_not_say_yes_to_both_is_not_learned_from(Purposes granted, Purposes denied, int people)
    {
        await Met(0, new(granted, denied), 1, 2);

        Assert.Equal(people, (await Gather()).People);
    }

    [Fact]
    public async Task Who_was_erased_or_cannot_be_read_is_not_learned_from()
    {
        await Met(0, Yes, 1);
        await Put(Profile.Store, 1, Profile.Id, new Tombstone(clock.GetUtcNow().ToUnixTimeMilliseconds(), false).Write());
        await Put(Profile.Store, 2, Profile.Id, new byte[200]);

        Assert.Equal(1, (await Gather()).People);
    }

    [Fact]
    public async Task Two_who_are_one_contribute_as_one()
    {
        await Met(0, Yes, 1, 2);
        await Met(1, Yes, 2, 3);
        await One(settled: true, training: true, crossDevice: true, 0, 1);

        var data = await Gather();
        Assert.Equal((1, 3), (data.People, data.Meetings.Count));
    }

    [Fact]
    public async Task Two_who_are_one_and_may_not_be_joined_contribute_each_for_themselves()
    {
        await Met(0, Yes, 1, 2);
        await Met(1, Yes, 2, 3);
        await One(settled: true, training: true, crossDevice: false, 0, 1);

        var data = await Gather();
        Assert.Equal((2, 4), (data.People, data.Meetings.Count));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_no_of_one_of_them_or_a_change_under_way_leaves_both_out(bool settled, bool training)
    {
        await Met(0, Yes, 1, 2);
        await Met(1, Yes, 2, 3);
        await One(settled, training, crossDevice: true, 0, 1);

        Assert.Equal(0, (await Gather()).People);
    }

    [Fact]
    public async Task Nobody_contributes_more_than_their_share()
    {
        await Met(0, Yes, 1, 2, 3, 4, 4, 4, 4, 4, 4);

        var data = await Gather(new(100, 2, 3));
        Assert.Equal(2, data.Meetings.Count);
        Assert.Equal([3f, 1f], data.Meetings.Select(m => m.Weight).OrderDescending());
        Assert.True(data.Keys.ToHashSet().SetEquals([Behaviour.Item(3).Value, Behaviour.Item(4).Value]));
    }

    [Fact]
    public async Task Of_too_many_always_the_same_are_drawn_in_whatever_order_they_came()
    {
        var others = InMemory.Storage(clock);
        foreach (var person in Enumerable.Range(0, 40)) await Met(person, Yes, person % 12);
        var drawn = Text(await Gather(new(10, 50, 10)));
        foreach (var person in Enumerable.Range(0, 40).Reverse()) await Met(person, Yes, others, person % 12);

        Assert.Equal(drawn, Text(await new Gathering(others.Documents, catalogue, new(10, 50, 10)).Run(clock.GetUtcNow(), _ => { }, default)));
        Assert.InRange((await Gather(new(10, 50, 10))).People, 1, 10);
        await others.DisposeAsync();
    }

    [Fact]
    public async Task Who_withdrew_leaves_exactly_what_there_would_be_without_them()
    {
        foreach (var person in Enumerable.Range(0, 20)) await Met(person, Yes, person % 5, person % 7);
        var with = Text(await Gather());
        await Met(7, Vote.No(Purposes.Training), 2, 0);
        var without = Text(await Gather());
        await storage.Documents.Delete(Profile.Store, Behaviour.Person(7).ToString(), Profile.Id, Condition.None, default);

        Assert.NotEqual(with, without);
        Assert.Equal(Text(await Gather()), without);
    }

    [Fact]
    public async Task What_the_catalogue_does_not_have_is_not_learned()
    {
        await Met(0, Yes, 1, 77);

        Assert.Equal([Behaviour.Item(1).Value], (await Gather()).Keys);
    }

    [Fact]
    public async Task All_items_of_the_catalogue_are_known_whoever_met_them_and_divided_by_category_and_brand()
    {
        await Met(0, Yes, 1, 2);
        var data = await Gather();
        Assert.Equal(Behaviour.Catalogue.All.Select(i => i.Item.Id).Order(), data.Catalogue!.All.Select(i => i.Item.Id).Order());
        Assert.Equal("category", data.Groups![0].Kind);
        await catalogue.Upsert([Behaviour.Catalogue.All.Single(i => i.Key == Behaviour.Item(1)).Item with { Brand = "acme" }, Behaviour.Catalogue.All.Single(i => i.Key == Behaviour.Item(2)).Item with { Brand = null }], default);
        var brands = (await Gather()).Groups!.Single(g => g.Kind == "brand");
        Assert.Equal(["acme"], brands.Names);
        Assert.Equal(data.Keys.Select(k => k == Behaviour.Item(1).Value ? 0 : -1), brands.Of);
    }

    [Fact]
    public async Task What_is_over_by_then_is_not_learned()
    {
        await Met(0, Yes, 1);
        clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(1, (await Gather()).People);
        Assert.Equal(0, (await new Gathering(storage.Documents, catalogue, new(100, 50, 10)).Run(clock.GetUtcNow().AddDays(2), _ => { }, default)).People);
    }

    private static string Text(TrainingData data) => $"{data.People} {string.Join(',', data.Keys)} {string.Join(';', data.Meetings)}";

    private async Task<TrainingData> Gather(GatheringOptions? options = null) =>
        await new Gathering(storage.Documents, catalogue, options ?? new(100, 50, 10)).Run(clock.GetUtcNow(), _ => { }, default);

    private Task Met(int person, Vote vote, params int[] items) => Met(person, vote, storage, items);

    private async Task Met(int person, Vote vote, EmbeddedStorage into, params int[] items)
    {
        var profile = new Profile();
        profile.Begin(new(vote, 1, Behaviour.Start));
        foreach (var (n, item) in items.Index())
        {
            var input = new FeatureInput();
            input.Take(Behaviour.Event(EventType.View, clock.GetUtcNow().AddSeconds(n - 100), person, item), Behaviour.Catalogue);
            profile.Recent.Apply(input);
        }

        (await into.Documents.Put(Profile.Store, Behaviour.Person(person).ToString(), Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default)).Required(Profile.Store);
    }

    private async Task One(bool settled, bool training, bool crossDevice, params int[] members)
    {
        WordRecord Word(string purpose, bool yes) => new(purpose, 1, Behaviour.Start, yes, true);
        SideRecord[] sides =
        [
            .. members.Select(m => new SideRecord(
                Behaviour.Person(m), true, [Word("personalization", true), Word("training", training || m != members[^1]), Word("crossDevice", crossDevice)], null, 0)),
        ];
        var record = new PersonRecord(sides, settled ? [] : [new("merge", clock.GetUtcNow().AddMinutes(5), [])]);
        foreach (var member in members) await Put(WholePersons.Store, member, WholePersons.Id, JsonSerializer.SerializeToUtf8Bytes(record, Stored.Default.PersonRecord));
    }

    private async Task Put(Store store, int person, string id, ReadOnlyMemory<byte> body) =>
        (await storage.Documents.Put(store, Behaviour.Person(person).ToString(), id, body, Condition.None, null, default)).Required(store);
}
