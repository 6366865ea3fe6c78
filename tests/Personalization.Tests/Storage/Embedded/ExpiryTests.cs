using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Where expired documents go: out of sight at once, out of memory with the sweep, off the disk in bounded time.</summary>
public sealed class ExpiryTests
{
    private readonly Store store = Declared.Documents(TimeSpan.FromHours(1)), ledger = Declared.Ledger();
    private readonly MemoryFiles files = new();
    private readonly ManualClock clock = new();

    [Fact]
    public async Task The_sweep_takes_expired_documents_out_of_memory()
    {
        await using var engine = Open();
        for (var n = 0; n < 10; n++) await Put(engine, $"{n}", n < 4 ? TimeSpan.FromMinutes(5) : null);
        await Pass(engine, TimeSpan.FromMinutes(10));
        await Put(engine, "new", null);
        Assert.Equal(7, engine.Journal.State.Document(store).Count);
    }

    [Fact]
    public async Task Expired_bytes_leave_the_disk_within_the_promised_time_although_nothing_else_happens()
    {
        await using var engine = Open();
        await Put(engine, "find-me", null);
        for (var hour = 0; hour < 26; hour++) await Pass(engine, TimeSpan.FromHours(1));
        Assert.Equal(1, engine.Journal.Compaction.Count);
        Assert.DoesNotContain(files.List(""), name => Holds(name, "find-me"));
    }

    [Fact]
    public async Task Versions_go_on_after_everything_that_had_one_is_gone()
    {
        Etag before;
        await using (var engine = Open())
        {
            before = (await Put(engine, "a", TimeSpan.FromMinutes(1))).Value;
            clock.Advance(TimeSpan.FromMinutes(2));
            await engine.Compact(default);
            await engine.Compact(default);
        }
        await using var again = Open();
        Assert.True((await Put(again, "a", null)).Value.Number > before.Number);
    }

    [Fact]
    public async Task A_document_that_expired_while_nobody_ran_stays_gone()
    {
        await using (var engine = Open())
        {
            await Put(engine, "a", null);
            await Put(engine, "a", TimeSpan.FromMinutes(1));
        }
        clock.Advance(TimeSpan.FromMinutes(2));
        await using var again = Open();
        Assert.Equal(Status.NotFound, (await again.Documents.Get(store, "a", "d", default)).Status);
        Assert.Equal(0, again.Journal.State.Document(store).Count);
    }

    [Fact]
    public async Task What_is_no_longer_declared_is_carried_along_until_it_expires()
    {
        await using (var engine = Open())
        {
            await Put(engine, "a", null);
            await engine.Ledger.Append(ledger, "p", 0, [Declared.Utf8("row")], default);
        }
        await using (var without = EmbeddedStorage.Open(files, new(), new StoreRegistry([Declared.Documents()]), clock)) await without.Compact(default);
        await using var again = Open();
        Assert.True((await again.Documents.Get(store, "a", "d", default)).Ok);
        Assert.Single((await again.Ledger.Read(ledger, "p", 0, 10, default)).Value);
    }

    private EmbeddedStorage Open() => EmbeddedStorage.Open(files, new(), new StoreRegistry([store, ledger]), clock);

    private ValueTask<Outcome<Etag>> Put(EmbeddedStorage engine, string subject, TimeSpan? expiry) =>
        engine.Documents.Put(store, subject, "d", Declared.Utf8(subject), Condition.None, expiry, default);

    private async Task Pass(EmbeddedStorage engine, TimeSpan time)
    {
        clock.Advance(time);
        await engine.Sweeping;
    }

    private bool Holds(string name, string text)
    {
        using var file = files.Open(name);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes.AsSpan().IndexOf(Declared.Utf8(text)) >= 0;
    }
}
