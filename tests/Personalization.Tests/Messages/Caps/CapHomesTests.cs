using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Messages.Caps;

/// <summary>Where somebody's showings are counted, through merges, un-merges, races and crashes.</summary>
public sealed class CapHomesTests
{
    [Fact]
    public async Task What_sides_saw_before_they_turned_out_to_be_one_counts_together()
    {
        await using var world = new CapWorld();
        await world.Show(1, confirm: true);
        await world.Show(2);
        await world.Merge(2, 1);
        Assert.Equal(2, await world.Used(1));
        Assert.NotNull(await world.Show(2, confirm: true));
        Assert.Null(await world.Show(1));
    }

    [Fact]
    public async Task After_an_unmerge_each_side_has_what_it_saw_and_nothing_of_the_other()
    {
        await using var world = new CapWorld();
        await world.Merge(2, 1);
        await world.Show(2, confirm: true);
        var open = (await world.Show(2))!.Value;
        await world.Show(1, confirm: true);
        await world.Unmerge(2, 1);
        foreach (var side in new[] { 1, 2 }) await world.Homes().Part(CapWorld.Sides[side], default);
        Assert.Equal((1, 2), (await world.Used(1), await world.Used(2)));
        foreach (var side in new[] { 1, 2 }) Assert.Empty((await world.Sheets.Read(CapWorld.Sides[side], default)).Sheet.Strangers([CapWorld.Sides[side]]));
        await world.Confirm(2, open);
        Assert.Equal(2, (await world.Sheets.Of(CapWorld.Sides[2], default)).Counts.Total([CapWorld.Sides[2]], world.Place.Cap, world.Place.Window));
    }

    [Fact]
    public async Task Whoever_decides_before_an_unmerge_was_settled_settles_it()
    {
        await using var world = new CapWorld();
        await world.Merge(2, 1);
        for (var i = 0; i < CapWorld.Most; i++) await world.Show(2, confirm: true);
        await world.Unmerge(2, 1);
        Assert.Null(await world.Show(2));
        Assert.NotNull(await world.Show(1));
    }

    [Fact]
    public async Task A_person_may_grow_at_its_smallest_side()
    {
        await using var world = new CapWorld();
        await world.Merge(3, 2);
        await world.Show(3, confirm: true);
        await world.Merge(2, 0);
        await world.Show(0, confirm: true);
        Assert.Equal(2, await world.Used(3));
        await world.Unmerge(2, 0);
        Assert.Equal((1, 1, 1), (await world.Used(0), await world.Used(2), await world.Used(3)));
    }

    [Fact]
    public async Task A_merge_among_showings_lets_no_side_count_for_itself()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await using var world = new CapWorld();
            // Two each: whoever is asked as the one person finds no room, whoever comes before the merge has room for one.
            foreach (var side in new[] { 1, 2 })
                for (var i = 0; i < 2; i++) await world.Show(side, confirm: true);
            var turns = new Turns(world.Storage.Documents, seed);
            var shown = await turns.Race(Showings(world, turns).Append(async () =>
            {
                await world.Merge(2, 1, turns);
                await world.Homes(turns).Settle(CapWorld.Sides[2], default);
                return false;
            }));
            Assert.InRange(shown.Count(s => s), 0, 2);
            Assert.Equal(4 + shown.Count(s => s), await world.Used(1));
            Assert.Null(await world.Show(2));
        }
    }

    [Fact]
    public async Task Whoever_counts_for_one_side_while_it_joins_is_overtaken_and_looks_again()
    {
        await using var world = new CapWorld();
        for (var i = 0; i < 2; i++) await world.Show(1, confirm: true);
        await world.Show(2, confirm: true);
        var documents = new Tampered(world.Storage.Documents);
        documents.Before = async (_, _) =>
        {
            documents.Before = null;
            await world.Merge(2, 1);
            await world.Homes().Settle(CapWorld.Sides[1], default);
        };
        Assert.Null(await world.Show(2, over: documents));
        Assert.Equal(CapWorld.Most, await world.Used(1));
    }

    [Fact]
    public async Task Whoever_settles_by_what_is_no_longer_so_leaves_nothing_of_one_with_the_other()
    {
        await using var world = new CapWorld();
        await world.Show(2, confirm: true);
        var parted = false;
        // They were one when this was asked, and are two before it is answered.
        MembersOf members = async (subject, _) =>
        {
            if (parted) return [subject];
            parted = true;
            await world.Homes().Part(CapWorld.Sides[1], default);
            await world.Homes().Part(CapWorld.Sides[2], default);
            return [CapWorld.Sides[1], CapWorld.Sides[2]];
        };
        await world.Homes(members: members).Settle(CapWorld.Sides[1], default);
        var (one, other) = ((await world.Sheets.Read(CapWorld.Sides[1], default)).Sheet, (await world.Sheets.Read(CapWorld.Sides[2], default)).Sheet);
        Assert.True(one.IsHomeOf([CapWorld.Sides[1]]) && other.IsHomeOf([CapWorld.Sides[2]]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Parting_overtakes_whoever_is_about_to_join_the_two(int write)
    {
        await using var world = new CapWorld();
        await world.Show(2, confirm: true);
        await world.Merge(2, 1);
        var documents = new Tampered(world.Storage.Documents);
        var writes = 0;
        documents.Before = async (_, _) =>
        {
            if (++writes != write) return;
            documents.Before = null;
            await world.Unmerge(2, 1);
            foreach (var side in new[] { 1, 2 }) await world.Homes().Part(CapWorld.Sides[side], default);
        };
        await world.Homes(documents).Settle(CapWorld.Sides[1], default);
        Assert.DoesNotContain(CapWorld.Sides[2], (await world.Sheets.Read(CapWorld.Sides[1], default)).Sheet.Strangers([CapWorld.Sides[1]]));
        Assert.Equal((0, 1), (await world.Used(1), await world.Used(2)));
    }

    [Fact]
    public async Task Sides_of_one_person_at_once_never_exceed_a_cap()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await using var world = new CapWorld();
            await world.Show(2, confirm: true);
            await world.Show(1);
            await world.Merge(2, 1);
            var turns = new Turns(world.Storage.Documents, seed);
            Assert.Single(await turns.Race(Showings(world, turns)), true);
        }
    }

    [Fact]
    public async Task An_unmerge_among_showings_loses_none_and_leaves_none_with_the_other()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            await using var world = new CapWorld();
            await world.Merge(2, 1);
            for (var i = 0; i < 2; i++) await world.Show(2, confirm: true);
            var turns = new Turns(world.Storage.Documents, seed);
            var shown = await turns.Race(Showings(world, turns).Append(async () =>
            {
                await world.Unmerge(2, 1, turns);
                foreach (var side in new[] { 1, 2 }) await world.Homes(turns).Part(CapWorld.Sides[side], default);
                return false;
            }));
            Assert.Equal(2 + shown.Count(s => s), await world.Used(1) + await world.Used(2));
            Assert.InRange(await world.Used(2), 2, CapWorld.Most);
            foreach (var side in new[] { 1, 2 }) Assert.Empty((await world.Sheets.Read(CapWorld.Sides[side], default)).Sheet.Strangers([CapWorld.Sides[side]]));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_at_any_call_of_settling_loses_and_invents_nothing(bool parted)
    {
        var calls = int.MaxValue;
        for (var at = 0; at < calls; at++)
            foreach (var after in new[] { false, true })
            {
                await using var world = new CapWorld();
                if (parted) await world.Merge(2, 1);
                await world.Show(1, confirm: true);
                await world.Show(2, confirm: true);
                await world.Show(2);
                await (parted ? world.Unmerge(2, 1) : world.Merge(2, 1));
                var mortal = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, at, after);
                try
                {
                    await world.Homes(mortal).Settle(CapWorld.Sides[2], default);
                    calls = mortal.Calls;
                }
                catch (StoreUnavailableException) { }

                Assert.Equal(parted ? (1, 2) : (3, 3), (await world.Used(1), await world.Used(2)));
            }

        Assert.True(calls > 10);
    }

    private static IEnumerable<Func<Task<bool>>> Showings(CapWorld world, Turns turns) =>
        new[] { 1, 2, 1, 2 }.Select(side => (Func<Task<bool>>)(async () => await world.Show(side, over: turns) is not null));
}
