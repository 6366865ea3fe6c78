using Personalization.Consent;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Privacy.Erasing;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Identity.Whole;

/// <summary>What members carry of their person: true, or on the side of the no, whoever stops where.</summary>
public sealed class WholePersonsTests : IAsyncDisposable
{
    private static readonly ConsentPolicy Policy = new(1, new Dictionary<Region, Regime>(), Regime.OptOut);

    private readonly ManualClock clock = new(Behaviour.Start);
    private readonly EmbeddedStorage storage;

    public WholePersonsTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task Every_member_carries_the_same_and_who_is_alone_nothing()
    {
        await Merged(0, 1);
        await Merged(1, 2);
        await Persons.Settle([Person(0)], null, default);
        foreach (var member in new[] { 0, 1, 2 }) Assert.Equal(3, (await Persons.Find(Person(member), default))!.Members.Count);
        Assert.Null(await Persons.Find(Person(3), default));
    }

    [Fact]
    public async Task While_a_change_is_under_way_the_no_of_everybody_counts_and_nobody_is_used_for_another()
    {
        await Says(1, Purposes.Marketing, no: true);
        await Persons.Begin([Person(0), Person(1)], "m", Purposes.None, default);
        await Merged(0, 1);
        var whole = (await Persons.Find(Person(0), default))!;
        Assert.False(whole.IsSettled);
        Assert.Equal([Person(0)], whole.Members);
        Assert.Equal(Purposes.Marketing, whole.Vote().Denied);
        Assert.False(whole.Usable(Policy).Cover(Purposes.CrossDevice));
    }

    [Fact]
    public async Task What_a_crash_left_is_put_right_by_whoever_settles_when_nobody_can_be_at_it_any_more()
    {
        await Persons.Begin([Person(0), Person(1)], "m", Purposes.Marketing, default);
        await Persons.Settle([Person(0)], null, default);
        Assert.Equal(Purposes.Marketing, (await Persons.Find(Person(1), default))!.Vote().Denied);
        clock.Advance(WholePersons.Longest);
        await Persons.Settle([Person(0)], null, default);
        Assert.Null(await Persons.Find(Person(0), default));
        Assert.Null(await Persons.Find(Person(1), default));
    }

    [Fact]
    public async Task Who_joins_while_a_change_is_under_way_is_in_it_too()
    {
        await Persons.Begin([Person(0), Person(1)], "m", Purposes.None, default);
        await Persons.Begin([Person(1), Person(2)], "n", Purposes.None, default);
        await Merged(1, 2);
        await Persons.Settle([Person(1), Person(2)], "n", default);
        // The first one stores its merge and dies.
        await Merged(0, 1);
        Assert.False((await Persons.Find(Person(2), default))!.IsSettled);
        await Persons.Settle([Person(0), Person(1)], "m", default);
        Assert.True((await Persons.Find(Person(2), default))!.IsSettled);
        Assert.Equal(3, (await Persons.Find(Person(2), default))!.Members.Count);
    }

    [Fact]
    public async Task Damage_is_made_good_from_what_it_was_made_of()
    {
        await Merged(0, 1);
        await storage.Documents.Put(WholePersons.Store, Person(0).ToString(), WholePersons.Id, "damaged"u8.ToArray(), Condition.None, null, default);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Persons.Find(Person(0), default));
        Assert.Equal(2, (await Persons.Healed(Person(0), default))!.Members.Count);
    }

    [Fact]
    public async Task It_is_kept_no_longer_than_the_merge_for_being_written_anew()
    {
        await Merged(0, 1);
        await Persons.Settle([Person(0)], null, default);
        var until = (await Carried(0)).Expires;
        clock.Advance(TimeSpan.FromDays(100));
        await Says(0, Purposes.Marketing, no: true);
        await Persons.Settle([Person(0)], null, default);
        Assert.Equal(until, (await Carried(0)).Expires);
        await Merged(1, 2);
        await Persons.Settle([Person(1)], null, default);
        Assert.Equal(clock.GetUtcNow().AddDays(365), (await Carried(0)).Expires);
    }

    [Fact]
    public async Task Who_is_erased_alone_is_carried_by_nobody_and_those_they_held_together_part()
    {
        await Merged(0, 1);
        await Merged(1, 2);
        await Persons.Settle([Person(0)], null, default);
        var eraser = new Eraser(Composition.Stores, new(storage.Documents, storage.Ledger, storage.Blobs, storage), Meeting.Rules, PrivacyParts.Last, _ => { }, clock);
        await eraser.Tombstone(Person(1), default);
        Assert.Equal(3, (await eraser.Left(Person(1), default)).Single(s => s.Store == WholePersons.Store.Name).Found);
        await eraser.Delete(Person(1), default);
        Assert.Empty((await storage.Documents.Scan(WholePersons.Store, null, 10, default)).Value.Items);
        // Somebody who was at it all the time brings nothing back.
        await Persons.Begin([Person(0), Person(1)], "m", Purposes.None, default);
        await Persons.Settle([Person(0)], "m", default);
        Assert.Empty((await storage.Documents.Scan(WholePersons.Store, null, 10, default)).Value.Items);
    }

    /// <summary>At every call of a store, before and after it: what is in the ledger holds for the others, answered or not.</summary>
    [Fact]
    public async Task A_no_that_is_kept_holds_for_every_member_wherever_the_process_died()
    {
        for (var (at, calls) = (0, int.MaxValue); at < calls; at++)
            foreach (var after in new[] { false, true })
            {
                await using var world = InMemory.Storage(clock);
                await Merged(0, 1, world);
                await world.Persons(clock).Settle([Person(0)], null, default);
                var mortal = new MortalStorage(world.Documents, world.Blobs, at, after, world.Ledger);
                try { await Refuse(world, mortal); }
                catch (StoreUnavailableException) { }
                if (!mortal.Dead) calls = Math.Min(calls, mortal.Calls);
                var kept = await new ConsentLedger(world.Ledger).Remembered(Person(0), ConsentState.None, default);
                var whole = (await world.Persons(clock).Find(Person(1), default))!;
                Assert.True(!kept.Vote.Denied.Cover(Purposes.Marketing) || whole.Vote().Denied.Cover(Purposes.Marketing), $"{at} {after}");
            }
    }

    /// <summary>Two who do not know of each other, in three hundred orders.</summary>
    [Fact]
    public async Task Who_refuses_while_a_merge_is_made_has_refused_for_all_of_them()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            await using var world = InMemory.Storage(clock);
            var turns = new Turns(world.Documents, seed);
            await turns.Race<bool>([
                async () =>
                {
                    var persons = world.Persons(TimeProvider.System, turns);
                    await persons.Begin([Person(0), Person(1)], "m", Purposes.None, default);
                    await Merged(0, 1, world, turns);
                    await persons.Settle([Person(0), Person(1)], "m", default);
                    return true;
                },
                async () =>
                {
                    await Refuse(world, turns, world.Persons(TimeProvider.System, turns));
                    return true;
                },
            ]);
            foreach (var member in new[] { 0, 1 })
            {
                var whole = (await world.Persons(clock).Find(Person(member), default))!;
                Assert.True(whole.IsSettled && whole.Members.Count == 2 && whole.Vote().Denied == Purposes.Marketing, $"seed {seed}");
            }
        }
    }

    private WholePersons Persons => storage.Persons(clock);

    // As the desk does it.
    private async Task Refuse(EmbeddedStorage world, IDocuments documents, WholePersons? persons = null)
    {
        persons ??= world.Persons(clock, documents);
        if (await persons.Find(Person(0), default) is not null) await persons.Begin([Person(0)], "consent", Purposes.Marketing, default);
        await Says(0, Purposes.Marketing, no: true, documents is ILedger ledger ? ledger : world.Ledger);
        if (await persons.Find(Person(0), default) is not null) await persons.Settle([Person(0)], "consent", default);
    }

    private async Task Says(int person, Purposes purposes, bool no, ILedger? ledger = null)
    {
        var names = PurposeNames.Of(purposes);
        var row = new ConsentRow(clock.GetUtcNow(), "s", "1", 1, null, no ? [] : names, no ? names : [], [], []);
        await new ConsentLedger(ledger ?? storage.Ledger).Append(Person(person), 0, row, default);
    }

    private async Task Merged(int one, int other, EmbeddedStorage? world = null, IDocuments? documents = null) =>
        await new Linker(new(documents ?? (world ?? storage).Documents, clock), Meeting.Rules).Store(
            [Person(one), Person(other)], [new Merged(clock.GetUtcNow(), $"m{one}{other}", Person(one), Person(other), Folk.Signed("user"))], "", null, default);

    private async Task<Document> Carried(int person) => (await storage.Documents.Get(WholePersons.Store, Person(person).ToString(), WholePersons.Id, default)).Value;

    private static Subject Person(int number) => Behaviour.Person(number);

    public ValueTask DisposeAsync() => storage.DisposeAsync();
}
