using Personalization.Models.Registry;
using Personalization.Storage;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>With the switch on every run releases one private model and pays for it, and no run anything else.</summary>
public sealed class PrivateTrainingTests
{
    [Fact]
    public async Task A_run_releases_one_private_model_and_pays_once()
    {
        await using var world = await new PrivateWorld().With(150);
        var run = await world.Run();
        Assert.Equal((TrainingStatus.Completed, "champion"), (run.Status, run.Became));
        var card = Assert.Single(await world.Registry.All(default));
        Assert.Equal((run.Model, run.Model), (card.Model, await world.Champion()));
        var (facts, budget) = (card.Facts, await world.State());
        Assert.Equal(($"model {run.Model}", world.Options.Cost.Value), (Assert.Single(budget.Now.Releases).What, budget.Now.Releases[0].Rho));
        Assert.InRange(facts.Epsilon!.Value, 49.9, 50);
        Assert.Equal((1e-6, "private", "200", run.Recipe), (facts.Delta, facts.Family, facts.Parameters["itemsOfOnePerson"], facts.Parameters["recipe"]));
        Assert.StartsWith("private epsilon=50 delta=1e-6", run.Recipe, StringComparison.Ordinal);
        foreach (var name in new[] { "rho", "items", "sigmaOfCounts", "sigmaOfPairs" }) Assert.True(double.Parse(facts.Parameters[name]) > 0, name);
        Assert.Null(facts.Against);
        Assert.Equal("candidate", (await world.Desk().Runs.Report(run.Id, "newItems", default))!.Contenders[0].Name);
    }

    [Fact]
    public async Task Whoever_begins_it_no_model_is_registered_that_is_not_private()
    {
        await using var world = await new PrivateWorld().With(40);
        await using var open = await new PrivateWorld { On = false }.With(40);
        foreach (var cause in new[] { "schedule", "drift", "operator" })
        {
            await world.Run(cause: cause);
            await open.Run(cause: cause);
        }

        Assert.All(await world.Registry.All(default), c => Assert.True(c.Facts is { Epsilon: > 0, Delta: > 0, Family: "private" }));
        Assert.All(await open.Registry.All(default), c => Assert.Null(c.Facts.Epsilon));
        Assert.Equal((2, 3), ((await world.Registry.All(default)).Count, (await open.Registry.All(default)).Count));
        Assert.Equal(0, (await open.State()).Now.Spent);
    }

    [Fact]
    public async Task A_spent_budget_ends_a_run_with_what_to_do_and_the_champion_stays()
    {
        await using var world = await new PrivateWorld().With(150);
        await world.Run();
        var last = await world.Run();
        var refused = await world.Run();
        Assert.Equal((TrainingStatus.BudgetSpent, true, null), (refused.Status, refused.IsOver, refused.Model));
        foreach (var said in new[] { "GET /training/budget", "POST /training/budget/renew", "Training__Private__Epsilon", "what serves stays" }) Assert.Contains(said, refused.Became!, StringComparison.Ordinal);
        Assert.Equal((last.Model, 2, 0), (await world.Champion(), (await world.Registry.All(default)).Count, (await world.State()).Models));
        Assert.Equal(2, (await world.State()).Now.Releases.Count);
        Assert.IsType<Renewed.Done>(await world.Budget().Renew("new people", default));
        Assert.Equal(TrainingStatus.Completed, (await world.Run()).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_dies_anywhere_never_releases_what_was_not_paid_and_pays_again_when_begun_again(bool after)
    {
        var paidForNothing = 0;
        for (var (at, done) = (0, false); !done; at++)
        {
            await using var world = await new PrivateWorld().With(4);
            var mortal = world.Mortal(at, after);
            try
            {
                await world.Run(world.Desk(mortal));
                done = !mortal.Dead;
            }
            catch (StoreUnavailableException) { }

            var (registered, noted) = ((await world.Registry.All(default)).Count, (await world.State()).Now.Releases.Count);
            Assert.True(registered <= noted, $"{registered} released and {noted} noted after a death at call {at}");
            if (done || registered == noted) continue;
            paidForNothing++;
            Assert.Equal(TrainingStatus.Completed, (await world.Run()).Status);
            Assert.Equal((1, 2), ((await world.Registry.All(default)).Count, (await world.State()).Now.Releases.Count));
        }

        Assert.InRange(paidForNothing, 3, 30);
    }

    [Fact]
    public async Task A_run_that_is_begun_again_and_again_pays_no_more_than_twice()
    {
        await using var world = await new PrivateWorld { Options = Personalization.Training.Privacy.PrivateOptions.Default }.With(4);
        var full = new Overheard(world.Documents, store => { if (store == ModelRegistry.Store) throw new StoreUnavailableException(store.Name, Status.Unavailable); });
        var id = TrainingRuns.NewId(world.Clock.GetUtcNow());
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => world.Desk(full).Run(id, "schedule", _ => { }, default).AsTask());
            world.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        var run = await world.Desk().Run(id, "schedule", _ => { }, default);
        Assert.Equal((TrainingStatus.Failed, 2), (run.Status, (await world.State()).Now.Releases.Count));
        Assert.Contains("paid", run.Became!, StringComparison.Ordinal);
        Assert.False(await world.Desk().IsDue(default));
        Assert.Equal(TrainingStatus.Completed, (await world.Run(cause: "operator")).Status);
    }

    [Fact]
    public async Task Given_up_between_the_note_and_the_model_what_was_spent_stays_spent()
    {
        await using var world = await new PrivateWorld().With(10);
        using var cancel = new CancellationTokenSource();
        var noting = new Overheard(world.Documents, store => { if (store == Budgets.Store) cancel.Cancel(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Run(world.Desk(noting), stop: cancel.Token));
        Assert.Equal((1, 0), ((await world.State()).Now.Releases.Count, (await world.Registry.All(default)).Count));
    }

    [Fact]
    public async Task The_timer_waits_a_day_for_the_next_and_an_operator_does_not()
    {
        await using var world = await new PrivateWorld().With(4);
        Assert.True(await world.Desk().IsDue(default));
        await world.Run();
        world.Clock.Advance(TimeSpan.FromHours(23));
        Assert.False(await world.Desk().IsDue(default));
        Assert.Equal(TrainingStatus.Completed, (await world.Run(cause: "operator")).Status);
        world.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await world.Desk().IsDue(default));
    }

    [Fact]
    public async Task The_timer_does_not_wait_for_a_run_that_paid_nothing()
    {
        await using var world = await new PrivateWorld { MostPeople = 9 }.With(10);
        Assert.Equal((TrainingStatus.Failed, true), ((await world.Run()).Status, await world.Desk().IsDue(default)));
        await using var spent = await new PrivateWorld().With(4);
        for (var i = 0; i < 2; i++) await spent.Run();
        spent.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(TrainingStatus.BudgetSpent, (await spent.Run()).Status);
        await spent.Budget().Renew("more", default);
        Assert.True(await spent.Desk().IsDue(default));
        await spent.Run();
        Assert.False(await spent.Desk().IsDue(default));
    }

    [Fact]
    public async Task A_book_that_cannot_be_read_ends_a_run_with_words_and_nothing_learned()
    {
        await using var world = await new PrivateWorld().With(10);
        await world.Documents.Put(Budgets.Store, TrainingDesk.Dataset, "book", "broken"u8.ToArray(), Condition.None, null, default);
        var run = await world.Run();
        Assert.Equal((TrainingStatus.Failed, 0), (run.Status, (await world.Registry.All(default)).Count));
        Assert.Contains("restore", run.Became!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_may_be_learned_from_nothing_is_paid()
    {
        await using var world = await new PrivateWorld().With(0);
        Assert.Equal(TrainingStatus.NothingToLearn, (await world.Run()).Status);
        Assert.Equal(0, (await world.State()).Now.Spent);
    }

    [Fact]
    public async Task Of_more_people_than_may_be_learned_from_none_are_drawn_and_nothing_is_paid()
    {
        await using var world = await new PrivateWorld { MostPeople = 9 }.With(10);
        var run = await world.Run();
        Assert.Contains("Training__MostPeople", run.Became!, StringComparison.Ordinal);
        Assert.Equal((TrainingStatus.Failed, 0), (run.Status, (await world.State()).Now.Spent));
    }

    [Fact]
    public async Task Which_items_a_model_names_is_the_catalogue_and_not_what_was_met()
    {
        await using var world = await new PrivateWorld().With(10);
        var run = await world.Run();
        var card = (await world.Registry.Find(run.Model!, default))!;
        var (model, _) = await world.Registry.Files.Read(new(card.Model, card.Sha256), default);
        Assert.Equal(PrivateWorld.Items, model!.Count);
        Assert.True(card.Facts.Data.Items < PrivateWorld.Items);
    }

    /// <summary>Calls a test back after each write, before whoever wrote goes on.</summary>
    private sealed class Overheard(IDocuments inner, Action<Store> written) : IDocuments
    {
        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            var put = await inner.Put(store, partition, id, body, when, expiry, stop);
            written(store);
            return put;
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
