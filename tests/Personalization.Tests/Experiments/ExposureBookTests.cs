using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Profiles;
using static Personalization.Tests.Experiments.Lab;

namespace Personalization.Tests.Experiments;

/// <summary>What is noted is known at once here, soon everywhere, and to nobody once it may not be.</summary>
public sealed class ExposureBookTests : IAsyncLifetime
{
    private static readonly CompiledExperiments Experiments = Compiled(Layer("l", Experiment("e")), HoldingOut(0));

    private readonly ManualClock clock = new();
    private readonly Meter meter = new("exposures");
    private EmbeddedStorage storage = null!;

    public Task InitializeAsync()
    {
        storage = InMemory.Storage(clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        meter.Dispose();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task What_was_noted_is_known_here_at_once_and_elsewhere_when_it_is_written()
    {
        var broken = new BrokenDocuments(storage.Documents) { Down = true };
        var (here, there) = (Book(broken), Book());
        Show(here, Person(1));
        broken.Down = false;
        Assert.Equal(["e", "holdout:q1"], Names(await here.Read(Person(1), default)));
        Assert.True(await here.Flush(default));
        Assert.Equal(["e", "holdout:q1"], Names(await there.Read(Person(1), default)));
        Assert.False(Experiments.Assign(Person(1), await there.Read([Person(1)], default)).HasNew);
    }

    [Fact]
    public async Task What_cannot_be_written_is_tried_again_until_it_is()
    {
        var broken = new BrokenDocuments(storage.Documents) { Down = true };
        var book = Book(broken);
        Show(book, Person(1));
        while (clock.Pending == 0) await Task.Yield();
        Assert.False(await book.Flush(default));
        broken.Down = false;
        while (Names(await Book().Read(Person(1), default)).Count == 0)
        {
            clock.Advance(ExposureBook.RetryAfter);
            await Task.Yield();
        }
    }

    [Fact]
    public async Task The_earliest_that_was_noted_stays_whoever_writes_it_last()
    {
        var (one, other) = (Book(), Book());
        Note(one, Person(1), 1, Now.AddMinutes(5));
        await one.Flush(default);
        Note(other, Person(1), 0, Now);
        await other.Flush(default);
        Note(one, Person(1), 1, Now.AddMinutes(9));
        await one.Flush(default);
        Assert.Equal(new(Person(1), "e", 0, Now), (await Book().Read(Person(1), default)).Own(Person(1), "e"));
    }

    [Fact]
    public async Task The_members_of_a_person_are_read_together()
    {
        var book = Book();
        foreach (var person in new[] { 1, 2 }) Note(book, Person(person), person % 2, Now);
        await book.Flush(default);
        Assert.Equal(2, (await book.Read([Person(3), Person(2), Person(1)], default)).Seen.Count);
        Assert.Same(Exposures.None, await book.Read([], default));
    }

    [Fact]
    public async Task Nothing_is_kept_of_who_was_erased_or_took_their_leave_back()
    {
        var book = Book();
        await new Tombstones(storage.Documents).Raise(Person(1), TimeSpan.FromDays(3), clock.GetUtcNow(), default);
        await new ProfileConsent(storage.Documents, clock).Write(Person(2), new(Vote.No(Purposes.Personalization), 1, clock.GetUtcNow()), Purposes.None, default);
        await new ProfileConsent(storage.Documents, clock).Write(Person(3), new(Vote.No(Purposes.Marketing), 1, clock.GetUtcNow()), Purposes.Personalization, default);
        foreach (var person in new[] { 1, 2, 3 }) Show(book, Person(person));
        Assert.True(await book.Flush(default));
        var seen = await Task.WhenAll(new[] { 1, 2, 3 }.Select(p => book.Read(Person(p), default).AsTask()));
        Assert.Equal("0 0 2", string.Join(' ', seen.Select(s => s.Seen.Count)));
    }

    [Fact]
    public async Task Nothing_is_kept_of_who_takes_their_leave_back_while_it_is_written()
    {
        var documents = new BrokenDocuments(storage.Documents)
        {
            Meanwhile = async () => await new ProfileConsent(storage.Documents, clock).Write(Person(1), new(Vote.No(Purposes.Personalization), 1, clock.GetUtcNow()), Purposes.None, default),
        };
        var book = Book(documents);
        Show(book, Person(1));
        Assert.True(await book.Flush(default));
        Assert.Empty((await Book().Read(Person(1), default)).Seen);
    }

    [Fact]
    public async Task A_withdrawal_takes_what_was_seen_and_another_purpose_does_not()
    {
        var (book, consent) = (Book(), new ProfileConsent(storage.Documents, clock));
        Show(book, Person(1));
        await book.Flush(default);
        await consent.Write(Person(1), new(Vote.No(Purposes.Marketing), 1, clock.GetUtcNow()), Purposes.Personalization, default);
        Assert.Equal(2, (await book.Read(Person(1), default)).Seen.Count);
        await consent.Write(Person(1), new(Vote.No(Purposes.Personalization), 2, clock.GetUtcNow()), Purposes.None, default);
        Assert.Empty((await book.Read(Person(1), default)).Seen);
    }

    [Fact]
    public async Task Who_is_forgotten_is_not_written()
    {
        var broken = new BrokenDocuments(storage.Documents) { Down = true };
        var book = Book(broken);
        Show(book, Person(1));
        while (clock.Pending == 0) await Task.Yield();
        book.Forget(Person(1));
        broken.Down = false;
        Assert.True(await book.Flush(default));
        Assert.Empty((await book.Read(Person(1), default)).Seen);
    }

    [Fact]
    public async Task Who_comes_back_within_a_year_stays_and_who_does_not_is_gone()
    {
        var book = Book();
        foreach (var person in new[] { 1, 2 }) Show(book, Person(person));
        await book.Flush(default);
        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromDays(100));
            await book.Read([Person(1)], default);
            await book.Flush(default);
        }

        Assert.Equal(2, (await book.Read(Person(1), default)).Seen.Count);
        Assert.Empty((await book.Read(Person(2), default)).Seen);
    }

    [Fact]
    public async Task What_runs_no_more_goes_a_year_after_it_was_seen()
    {
        var book = new ExposureBook(storage.Documents, name => name == "runs", clock, meter);
        foreach (var name in new[] { "runs", "over" }) Note(book, Person(1), 0, clock.GetUtcNow(), name);
        await book.Flush(default);
        clock.Advance(TimeSpan.FromDays(364));
        Note(book, Person(1), 0, clock.GetUtcNow(), "new");
        await book.Flush(default);
        Assert.Equal(["new", "over", "runs"], Names(await book.Read(Person(1), default)));
        clock.Advance(TimeSpan.FromDays(2));
        Note(book, Person(1), 0, clock.GetUtcNow(), "newer");
        await book.Flush(default);
        Assert.Equal(["new", "newer", "runs"], Names(await book.Read(Person(1), default)));
    }

    [Fact]
    public async Task So_many_may_wait_and_no_more()
    {
        var lost = 0L;
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, by, _, _) => lost += by);
        listener.Start();
        var book = Book(new BrokenDocuments(storage.Documents) { Down = true });
        for (var person = 0; person < ExposureBook.Capacity; person++) Note(book, new((UInt128)person), 0, Now);
        Assert.Equal(0, lost);
        Note(book, new(1), 0, Now, "another");
        Assert.Equal(0, lost);
        Note(book, Person(1), 0, Now);
        Assert.Equal(1, lost);
        Assert.False(await book.Flush(default));
    }

    [Fact]
    public async Task What_is_damaged_says_nothing_and_is_replaced()
    {
        await storage.Documents.Put(ExposureRow.Store, $"{Person(1)}", ExposureRow.Id, """[{"experiment":null},{}]"""u8.ToArray(), Condition.None, null, default);
        var book = Book();
        Assert.Empty((await book.Read(Person(1), default)).Seen);
        Show(book, Person(1));
        await book.Flush(default);
        Assert.Equal(2, (await Book().Read(Person(1), default)).Seen.Count);
    }

    private ExposureBook Book(IDocuments? documents = null) => new(documents ?? storage.Documents, _ => true, clock, meter);

    private void Show(ExposureBook book, Subject subject) => book.Note(subject, Experiments.Assign(subject, Exposures.None), clock.GetUtcNow());

    private static void Note(ExposureBook book, Subject subject, int variant, DateTimeOffset at, string experiment = "e")
    {
        // The variant another member has seen, by which this one sees it too.
        var other = new Subject(UInt128.MaxValue);
        book.Note(subject, Compiled(Layer("l", Experiment(experiment))).Assign(subject, Seen(other, experiment, variant), [subject, other]), at);
    }

    private static List<string> Names(Exposures seen) => [.. seen.Seen.Keys.Select(k => k.Experiment).Order(StringComparer.Ordinal)];
}
