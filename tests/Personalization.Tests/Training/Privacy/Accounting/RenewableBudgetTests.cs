using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Storage;
using Personalization.Tests.Identity;
using Personalization.Tests.Training.Runs;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Privacy.Accounting;

/// <summary>A budget is begun anew only by somebody's word, which is kept, and what was spent before stays to be read.</summary>
public sealed class RenewableBudgetTests
{
    [Fact]
    public async Task A_renewal_begins_another_keeps_the_book_before_and_is_told_to_the_audit_log()
    {
        await using var world = new PrivateWorld();
        await Spend(world, 2);
        var done = Assert.IsType<Renewed.Done>(await world.Budget().Renew("spring's people", default)).State;
        Assert.Equal((2, 0, 2), (done.Renewals.Generation, done.Now.Spent, done.Models));
        Assert.Equal(2, done.Books[0].Releases.Count);
        Assert.Equal(2 * world.Options.Cost.Value, done.Together.Rho, 1e-12);
        var told = Assert.Single(await InMemory.Entries(world.Audit), e => e.Type == AuditTypes.BudgetRenewed).Open;
        Assert.Equal(("profiles", "2", "spring's people"), (told["dataset"], told["generation"], told["reason"]));
        Assert.StartsWith("rho=", told["spent"], StringComparison.Ordinal);

        await Spend(world, 1);
        var state = await world.State();
        Assert.Equal((2, 1), (state.Books[0].Releases.Count, state.Books[1].Releases.Count));
        Assert.Equal(3 * world.Options.Cost.Value, state.Together.Rho, 1e-12);
        Assert.IsType<Noted.Permitted>(await new Budgets(world.Documents, world.Options.Most, world.Clock).Note("profiles-2", "model", world.Options.Cost, default));
        Assert.IsType<Noted.Refused>(await world.Budget().Note("model", world.Options.Cost, default));
    }

    [Fact]
    public async Task One_of_which_nothing_is_spent_is_not_renewed_so_asking_twice_renews_once()
    {
        await using var world = new PrivateWorld();
        Assert.IsType<Renewed.Unspent>(await world.Budget().Renew("why not", default));
        await Spend(world, 1);
        Assert.IsType<Renewed.Done>(await world.Budget().Renew("more", default));
        Assert.IsType<Renewed.Unspent>(await world.Budget().Renew("more", default));
        Assert.Equal((2, 1), ((await world.State()).Renewals.Generation, (await InMemory.Entries(world.Audit)).Count(e => e.Type == AuditTypes.BudgetRenewed)));
    }

    [Fact]
    public async Task Of_many_who_renew_at_once_one_does_in_any_order()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            await using var world = new PrivateWorld();
            await Spend(world, 1);
            var turns = new Turns(world.Documents, seed);
            var all = await turns.Race(Enumerable.Range(0, 3).Select(_ => (Func<Task<Renewed>>)(() => world.Budget(turns).Renew("more", default).AsTask())));
            Assert.Single(all, r => r is Renewed.Done);
            Assert.Equal(2, (await world.State()).Renewals.Generation);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_renewal_that_dies_anywhere_leaves_the_budget_before_or_the_next_and_none_is_untold(bool after)
    {
        for (var (at, done) = (0, false); !done; at++)
        {
            await using var world = new PrivateWorld();
            await Spend(world, 1);
            var mortal = world.Mortal(at, after);
            try
            {
                await world.Budget(mortal).Renew("more", default);
                done = !mortal.Dead;
            }
            catch (StoreUnavailableException) { }

            var told = (await InMemory.Entries(world.Audit)).Count(e => e.Type == AuditTypes.BudgetRenewed);
            var state = await world.State();
            Assert.True(state.Renewals.Generation == 1 ? state.Now.Spent > 0 : told == 1, $"a death at call {at}");
            Assert.Equal(world.Options.Cost.Value, state.Together.Rho, 1e-12);
        }
    }

    [Fact]
    public async Task Where_it_cannot_be_read_which_is_in_force_nothing_is_noted_or_renewed()
    {
        await using var world = new PrivateWorld();
        await world.Documents.Put(Budgets.Store, TrainingDesk.Dataset, "renewals", "{}"u8.ToArray(), Condition.None, null, default);
        Assert.IsType<Noted.Broken>(await world.Budget().Note("model", world.Options.Cost, default));
        Assert.IsType<Renewed.Broken>(await world.Budget().Renew("more", default));
        Assert.Null(await world.Budget().Show(default));
    }

    [Fact]
    public async Task So_many_models_are_left_as_are_permitted_then()
    {
        foreach (var (epsilon, inAll) in new[] { (2.0, 20.0), (1.0, 1.0), (0.5, 7.0), (4.0, 4.5) })
        {
            await using var world = new PrivateWorld { Options = Personalization.Training.Privacy.PrivateOptions.Default with { Epsilon = epsilon, InAll = inAll } };
            var left = (await world.State()).Models;
            for (var i = 0; i < left; i++) Assert.Equal(left - i, (await SpendOne(world)).Models);
            Assert.IsType<Noted.Refused>(await world.Budget().Note("model", world.Options.Cost, default));
        }
    }

    [Fact]
    public async Task The_metric_has_what_is_left_and_none_where_that_cannot_be_read()
    {
        await using var world = new PrivateWorld();
        using var meter = new Meter("budget");
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument); } };
        var seen = new List<int>();
        listener.SetMeasurementEventCallback<int>((_, left, _, _) => seen.Add(left));
        listener.Start();
        var budget = new RenewableBudget(world.Documents, TrainingDesk.Dataset, world.Options, world.Audit, world.Clock, meter);
        listener.RecordObservableInstruments();
        Assert.Empty(seen);
        await Spend(world, 1);
        await budget.Show(default);
        listener.RecordObservableInstruments();
        await world.Documents.Put(Budgets.Store, TrainingDesk.Dataset, "book", "broken"u8.ToArray(), Condition.None, null, default);
        Assert.Null(await budget.Show(default));
        listener.RecordObservableInstruments();
        Assert.Equal([1, 0], seen);
    }

    [Fact]
    public async Task A_budget_of_just_one_model_pays_for_one()
    {
        await using var world = new PrivateWorld { Options = Personalization.Training.Privacy.PrivateOptions.Default with { Epsilon = 2, InAll = 2 } };
        Assert.Equal(1, (await world.State()).Models);
        await Spend(world, 1);
        Assert.Equal(0, (await world.State()).Models);
        Assert.IsType<Noted.Refused>(await world.Budget().Note("model", world.Options.Cost, default));
    }

    private static async Task Spend(PrivateWorld world, int models)
    {
        for (var i = 0; i < models; i++) Assert.IsType<Noted.Permitted>(await world.Budget().Note("model", world.Options.Cost, default));
    }

    private static async Task<BudgetState> SpendOne(PrivateWorld world)
    {
        var before = await world.State();
        await Spend(world, 1);
        return before;
    }
}
