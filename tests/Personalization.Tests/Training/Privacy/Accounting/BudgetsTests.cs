using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Identity;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Tests.Training.Privacy.Accounting;

/// <summary>However many ask, in whatever order, and whoever dies: what was released never costs more than there was.</summary>
public sealed class BudgetsTests : IAsyncDisposable
{
    private const string People = "people";
    private static readonly Rho Most = new(1);

    private readonly HastyClock clock = new(TimeSpan.MaxValue);
    private readonly EmbeddedStorage storage = InMemory.Storage(new ManualClock());

    [Fact]
    public async Task A_release_is_permitted_as_long_as_there_is_budget_and_then_refused_with_what_is_left()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(0.3, Assert.IsType<Noted.Permitted>(await Ask(0.3)).Permit.Whole.Value);
        Assert.Equal(0.1, Assert.IsType<Noted.Refused>(await Ask(0.3)).Left.Value, 1e-12);
        Assert.IsType<Noted.Permitted>(await Ask(0.09));
        var book = (await Of().Show(People, default))!;
        Assert.Equal((4, 0.99), (book.Releases.Count, Math.Round(book.Spent, 12)));
    }

    [Fact]
    public async Task Each_dataset_has_its_own()
    {
        await Ask(0.9);
        Assert.IsType<Noted.Permitted>(await Of().Note("others", "model", new(0.9), default));
    }

    [Fact]
    public async Task A_setting_that_is_raised_gives_nothing_back_and_one_that_is_lowered_counts()
    {
        await Ask(0.5);
        Assert.IsType<Noted.Refused>(await Of(most: 10).Note(People, "model", new(0.6), default));
        Assert.IsType<Noted.Refused>(await Of(most: 0.7).Note(People, "model", new(0.3), default));
    }

    [Theory]
    [InlineData("""{"most":1}""")]
    [InlineData("nothing")]
    [InlineData("""{"most":1,"spent":-5,"releases":[]}""")]
    public async Task A_book_that_cannot_be_read_is_not_taken_for_an_empty_one(string body)
    {
        await storage.Documents.Put(Budgets.Store, People, "book", System.Text.Encoding.UTF8.GetBytes(body), Condition.None, null, default);
        Assert.IsType<Noted.Broken>(await Ask(0.1));
        Assert.Null(await Of().Show(People, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.PositiveInfinity)]
    public async Task What_costs_nothing_or_everything_is_no_release(double rho) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Ask(rho));

    [Fact]
    public async Task Processes_that_ask_at_once_never_get_more_than_there_is_in_any_order()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var (dataset, turns) = ($"people{seed}", new Turns(storage.Documents, seed));
            var noted = await turns.Race(Enumerable.Range(0, 5).Select(_ => (Func<Task<Noted>>)(() => Of(turns).Note(dataset, "model", new(0.3), default).AsTask())));
            Assert.Equal(3, noted.Count(n => n is Noted.Permitted));
            Assert.Equal(2, noted.Count(n => n is Noted.Refused));
            Assert.Equal(0.9, (await Of().Show(dataset, default))!.Spent, 1e-12);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_dies_at_any_call_may_have_spent_and_not_released_and_never_the_other_way_round(bool after)
    {
        var (released, at) = (0.0, 0);
        for (var done = false; !done; at++)
        {
            var mortal = new MortalStorage(storage.Documents, storage.Blobs, at, after);
            try
            {
                if (await Of(mortal).Note(People, "model", new(0.01), default) is Noted.Permitted permitted) released += permitted.Permit.Whole.Value;
                done = !mortal.Dead;
            }
            catch (StoreUnavailableException) { }

            var spent = (await Of().Show(People, default))!.Spent;
            Assert.True(spent >= released, $"{released} released and {spent} noted after a death at call {at}");
        }

        Assert.InRange(at, 3, 20);
        Assert.Equal(after ? 0.02 : 0.01, (await Of().Show(People, default))!.Spent, 1e-12);
    }

    [Fact]
    public async Task Of_many_releases_the_newest_are_listed_and_all_are_counted()
    {
        for (var i = 0; i < BudgetBook.Listed + 5; i++) await Ask(0.001);
        var book = (await Of().Show(People, default))!;
        Assert.Equal(BudgetBook.Listed, book.Releases.Count);
        Assert.Equal(0.001 * (BudgetBook.Listed + 5), book.Spent, 1e-9);
    }

    [Fact]
    public void A_permit_is_spent_once()
    {
        var permit = new Permit(new(1));
        Assert.Equal(0.1, permit.Take(0.1).Value);
        permit.Take(0.9);
        Assert.Throws<InvalidOperationException>(() => permit.Take(0.001));
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private Budgets Of(IDocuments? documents = null, double? most = null) => new(documents ?? storage.Documents, most is { } m ? new(m) : Most, clock);

    private Task<Noted> Ask(double rho) => Of().Note(People, "model", new(rho), default).AsTask();
}
