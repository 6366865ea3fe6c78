using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>What every implementation of <see cref="IDocuments"/> promises one caller at a time.</summary>
public abstract class DocumentsContract
{
    protected Store Store { get; } = Declared.Documents();

    protected Store Fading { get; } = Declared.Documents(TimeSpan.FromDays(30));

    protected ManualClock Clock { get; } = new();

    protected static CancellationToken Stop => CancellationToken.None;

    protected abstract ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock);

    protected ValueTask<IDocuments> Open() => Open(new StoreRegistry([Store, Fading]), Clock);

    [Fact]
    public async Task What_was_put_is_what_is_read()
    {
        var documents = await Open();
        var put = await documents.Put(Store, "p", "a", Declared.Utf8("""{"n":1}"""), Condition.None, null, Stop);
        var got = await documents.Get(Store, "p", "a", Stop);
        Assert.Equal((Status.Ok, Status.Ok), (put.Status, got.Status));
        Assert.Equal(("p", "a", put.Value), (got.Value.Partition, got.Value.Id, got.Value.Etag));
        Assert.Equal("""{"n":1}""", Declared.Text(got.Value.Body));
    }

    [Fact]
    public async Task A_document_that_was_never_put_is_not_found()
    {
        var documents = await Open();
        await documents.Put(Store, "p", "a", Declared.Utf8("1"), Condition.None, null, Stop);
        Assert.Equal(Status.NotFound, (await documents.Get(Store, "p", "b", Stop)).Status);
        Assert.Equal(Status.NotFound, (await documents.Get(Store, "q", "a", Stop)).Status);
        Assert.Equal(Status.NotFound, (await documents.Get(Fading, "p", "a", Stop)).Status);
        Assert.Equal(Status.NotFound, (await documents.Delete(Store, "p", "b", Condition.None, Stop)).Status);
    }

    [Fact]
    public async Task Every_write_gives_a_new_etag_and_only_the_last_one_matches()
    {
        var documents = await Open();
        var first = await documents.Put(Store, "p", "a", Declared.Utf8("1"), Condition.Absent, null, Stop);
        var second = await documents.Put(Store, "p", "a", Declared.Utf8("1"), Condition.Matches(first.Value), null, Stop);
        Assert.True(second.Ok);
        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(Status.Conflict, (await documents.Put(Store, "p", "a", Declared.Utf8("3"), Condition.Matches(first.Value), null, Stop)).Status);
        Assert.Equal(Status.Conflict, (await documents.Put(Store, "p", "a", Declared.Utf8("3"), Condition.Absent, null, Stop)).Status);
        Assert.Equal(Status.Conflict, (await documents.Delete(Store, "p", "a", Condition.Matches(first.Value), Stop)).Status);
        Assert.Equal("1", Declared.Text((await documents.Get(Store, "p", "a", Stop)).Value.Body));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_its_etag_never_matches_again()
    {
        var documents = await Open();
        var first = await documents.Put(Store, "p", "a", Declared.Utf8("1"), Condition.None, null, Stop);
        Assert.True((await documents.Delete(Store, "p", "a", Condition.Matches(first.Value), Stop)).Ok);
        Assert.Equal(Status.NotFound, (await documents.Get(Store, "p", "a", Stop)).Status);
        var lost = await documents.Put(Store, "p", "a", Declared.Utf8("2"), Condition.Matches(first.Value), null, Stop);
        Assert.Contains(lost.Status, new[] { Status.Conflict, Status.NotFound });
        Assert.True((await documents.Put(Store, "p", "a", Declared.Utf8("2"), Condition.Absent, null, Stop)).Ok);
        Assert.Equal(Status.Conflict, (await documents.Put(Store, "p", "a", Declared.Utf8("3"), Condition.Matches(first.Value), null, Stop)).Status);
    }

    [Fact]
    public async Task Of_100_parallel_writers_exactly_one_wins_each_version()
    {
        var documents = await Open();
        var version = (await documents.Put(Store, "p", "a", Declared.Utf8("0"), Condition.Absent, null, Stop)).Value;
        for (var round = 0; round < 5; round++)
        {
            var writers = Enumerable.Range(0, 100).Select(n => Task.Run(async () =>
                (Name: $"{n}", Wrote: await documents.Put(Store, "p", "a", Declared.Utf8($"{n}"), Condition.Matches(version), null, Stop))));
            var results = await Task.WhenAll(writers);
            var winner = Assert.Single(results, r => r.Wrote.Ok);
            Assert.All(results.Where(r => !r.Wrote.Ok), r => Assert.Equal(Status.Conflict, r.Wrote.Status));
            var now = (await documents.Get(Store, "p", "a", Stop)).Value;
            Assert.Equal((winner.Name, winner.Wrote.Value), (Declared.Text(now.Body), now.Etag));
            version = now.Etag;
        }
    }

    [Fact]
    public async Task Of_100_parallel_creators_exactly_one_wins()
    {
        var documents = await Open();
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(async () =>
            await documents.Put(Store, "p", "a", Declared.Utf8($"{n}"), Condition.Absent, null, Stop))));
        Assert.Single(results, r => r.Ok);
        Assert.Equal(99, results.Count(r => r.Status == Status.Conflict));
    }

    [Fact]
    public async Task A_document_says_when_it_is_gone_by_itself()
    {
        var documents = await Open();
        await documents.Put(Fading, "p", "default", Declared.Utf8("1"), Condition.None, null, Stop);
        await documents.Put(Fading, "p", "short", Declared.Utf8("2"), Condition.None, TimeSpan.FromDays(10), Stop);
        await documents.Put(Store, "p", "kept", Declared.Utf8("3"), Condition.None, null, Stop);
        var found = (await documents.Get(Fading, "p", "short", Stop)).Value.Expires!.Value;
        Assert.InRange((await documents.Get(Fading, "p", "default", Stop)).Value.Expires!.Value - found, TimeSpan.FromDays(19.9), TimeSpan.FromDays(20.1));
        Assert.Contains(found, (await documents.Scan(Fading, null, 10, Stop)).Value.Items.Select(d => d.Expires!.Value));
        Assert.Contains(found, (await documents.List(Fading, "p", null, 10, Stop)).Value.Items.Select(d => d.Expires!.Value));
        Assert.Null((await documents.Get(Store, "p", "kept", Stop)).Value.Expires);
    }

    /// <summary>Where expiry does not follow a test's clock, override this and show what was asked of the store instead.</summary>
    [Fact]
    public virtual async Task An_expired_document_is_as_if_it_had_never_been()
    {
        var documents = await Open();
        await documents.Put(Fading, "p", "default", Declared.Utf8("1"), Condition.None, null, Stop);
        await documents.Put(Fading, "p", "short", Declared.Utf8("2"), Condition.None, TimeSpan.FromMinutes(1), Stop);
        await documents.Put(Store, "p", "kept", Declared.Utf8("3"), Condition.None, null, Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Status.NotFound, (await documents.Get(Fading, "p", "short", Stop)).Status);
        Assert.Equal(["default"], (await documents.List(Fading, "p", null, 10, Stop)).Value.Items.Select(d => d.Id));
        Assert.Equal(["default"], (await documents.Scan(Fading, null, 10, Stop)).Value.Items.Select(d => d.Id));
        Assert.True((await documents.Put(Fading, "p", "short", Declared.Utf8("4"), Condition.Absent, null, Stop)).Ok);
        Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(Status.NotFound, (await documents.Get(Fading, "p", "default", Stop)).Status);
        Assert.Equal(Status.NotFound, (await documents.Delete(Fading, "p", "default", Condition.None, Stop)).Status);
        Assert.True((await documents.Get(Store, "p", "kept", Stop)).Ok);
    }

    /// <summary>The clock's counterpart of sliding expiry: every write starts the time to live anew.</summary>
    [Fact]
    public virtual async Task A_write_starts_the_time_to_live_anew()
    {
        var documents = await Open();
        await documents.Put(Fading, "p", "a", Declared.Utf8("1"), Condition.None, null, Stop);
        Clock.Advance(TimeSpan.FromDays(20));
        await documents.Put(Fading, "p", "a", Declared.Utf8("2"), Condition.None, null, Stop);
        Clock.Advance(TimeSpan.FromDays(20));
        Assert.Equal("2", Declared.Text((await documents.Get(Fading, "p", "a", Stop)).Value.Body));
    }
}
