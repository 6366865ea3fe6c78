using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>What every implementation of <see cref="ILedger"/> promises.</summary>
public abstract class LedgerContract
{
    protected Store Store { get; } = Declared.Ledger();

    protected static CancellationToken Stop => CancellationToken.None;

    protected abstract ValueTask<ILedger> Open(StoreRegistry stores, TimeProvider clock);

    protected ValueTask<ILedger> Open() => Open(new StoreRegistry([Store]), new ManualClock());

    [Fact]
    public async Task Rows_are_read_back_in_the_order_they_were_appended()
    {
        var ledger = await Open();
        Assert.Equal(2, (await ledger.Append(Store, "p", 0, Rows("a", "b"), Stop)).Value);
        Assert.Equal(3, (await ledger.Append(Store, "p", 2, Rows("c"), Stop)).Value);
        Assert.Equal(1, (await ledger.Append(Store, "q", 0, Rows("z"), Stop)).Value);
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], await Read(ledger, "p", 0, 10));
        Assert.Equal([(1, "b")], await Read(ledger, "p", 1, 1));
        Assert.Empty(await Read(ledger, "p", 3, 10));
        Assert.Empty(await Read(ledger, "nobody", 0, 10));
    }

    [Fact]
    public async Task Repeating_an_append_whose_answer_was_lost_changes_nothing()
    {
        var ledger = await Open();
        await ledger.Append(Store, "p", 0, Rows("a", "b"), Stop);
        await ledger.Append(Store, "p", 2, Rows("c"), Stop);
        var again = await ledger.Append(Store, "p", 0, Rows("a", "b"), Stop);
        Assert.Equal((Status.Ok, 2L), (again.Status, again.Value));
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], await Read(ledger, "p", 0, 10));
    }

    [Fact]
    public async Task An_append_that_stopped_half_way_can_be_repeated_whole()
    {
        var ledger = await Open();
        await ledger.Append(Store, "p", 0, Rows("a", "b"), Stop);
        var whole = await ledger.Append(Store, "p", 1, Rows("b", "c"), Stop);
        Assert.Equal((Status.Ok, 3L), (whole.Status, whole.Value));
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], await Read(ledger, "p", 0, 10));
    }

    [Fact]
    public async Task A_place_taken_by_other_bytes_or_beyond_the_end_is_refused()
    {
        var ledger = await Open();
        await ledger.Append(Store, "p", 0, Rows("a", "b"), Stop);
        Assert.Equal(Status.Conflict, (await ledger.Append(Store, "p", 1, Rows("other"), Stop)).Status);
        Assert.Equal(Status.Conflict, (await ledger.Append(Store, "p", 0, Rows("a", "other"), Stop)).Status);
        Assert.Equal(Status.Conflict, (await ledger.Append(Store, "p", 3, Rows("gap"), Stop)).Status);
        Assert.Equal([(0, "a"), (1, "b")], await Read(ledger, "p", 0, 10));
    }

    [Fact]
    public async Task Of_100_appenders_at_one_place_exactly_one_wins()
    {
        var ledger = await Open();
        for (var at = 0; at < 3; at++)
        {
            var place = at;
            var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(async () =>
                (Name: $"{n}", Wrote: await ledger.Append(Store, "p", place, Rows($"{n}"), Stop)))));
            var winner = Assert.Single(results, r => r.Wrote.Ok);
            Assert.Equal(99, results.Count(r => r.Wrote.Status == Status.Conflict));
            Assert.Equal([(place, winner.Name)], await Read(ledger, "p", place, 10));
        }
    }

    [Fact]
    public async Task The_largest_row_fits_and_one_byte_more_does_not()
    {
        var ledger = await Open();
        var row = Declared.Noise(LedgerRow.MaxBytes, 1);
        Assert.True((await ledger.Append(Store, "p", 0, [row], Stop)).Ok);
        Assert.Equal(Status.TooLarge, (await ledger.Append(Store, "p", 1, [new byte[LedgerRow.MaxBytes + 1]], Stop)).Status);
        Assert.True((await ledger.Read(Store, "p", 0, 10, Stop)).Value.Single().Body.Span.SequenceEqual(row));
    }

    [Fact]
    public async Task A_long_ledger_is_read_in_ranges()
    {
        var ledger = await Open();
        for (var at = 0; at < 2_500; at += 50)
            await ledger.Append(Store, "ключ 🦊", at, Rows([.. Enumerable.Range(at, 50).Select(n => $"{n}")]), Stop);
        var read = new List<(long, string)>();
        while (await Read(ledger, "ключ 🦊", read.Count, 700) is { Count: > 0 } range) read.AddRange(range);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(n => ((long)n, $"{n}")), read);
    }

    [Fact]
    public async Task A_deleted_partition_is_empty_and_begins_again_at_zero()
    {
        var ledger = await Open();
        await ledger.Append(Store, "p", 0, Rows("a", "b", "c"), Stop);
        await ledger.Append(Store, "q", 0, Rows("z"), Stop);
        var deleted = await ledger.Delete(Store, "p", Stop);
        Assert.Equal((Status.Ok, 3L), (deleted.Status, deleted.Value));
        Assert.Empty(await Read(ledger, "p", 0, 10));
        Assert.Equal([(0, "z")], await Read(ledger, "q", 0, 10));
        Assert.Equal(Status.Conflict, (await ledger.Append(Store, "p", 3, Rows("d"), Stop)).Status);
        Assert.Equal(1, (await ledger.Append(Store, "p", 0, Rows("e"), Stop)).Value);
        Assert.Equal([(0, "e")], await Read(ledger, "p", 0, 10));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_or_not_there_any_more_changes_nothing()
    {
        var ledger = await Open();
        await ledger.Append(Store, "p", 0, Rows("a"), Stop);
        Assert.Equal(0, (await ledger.Delete(Store, "nobody", Stop)).Value);
        Assert.Equal(1, (await ledger.Delete(Store, "p", Stop)).Value);
        Assert.Equal(0, (await ledger.Delete(Store, "p", Stop)).Value);
        Assert.Empty(await Read(ledger, "p", 0, 10));
    }

    [Fact]
    public async Task A_partition_that_is_deleted_while_rows_come_in_is_empty_when_it_is_deleted_again()
    {
        var ledger = await Open();
        for (var turn = 0; turn < 10; turn++)
        {
            var appending = Task.Run(async () =>
            {
                for (var n = 0; n < 10; n++)
                {
                    var next = (await ledger.Read(Store, "p", 0, 1000, Stop)).Value.Count;
                    await ledger.Append(Store, "p", next, Rows($"{turn}-{n}"), Stop);
                }
            });
            Assert.True((await ledger.Delete(Store, "p", Stop)).Ok);
            await appending;
            Assert.True((await ledger.Delete(Store, "p", Stop)).Ok);
            Assert.Empty(await Read(ledger, "p", 0, 1000));
            Assert.Equal(1, (await ledger.Append(Store, "p", 0, Rows($"{turn}"), Stop)).Value);
        }
    }

    [Fact]
    public async Task A_ledger_that_is_not_declared_cannot_be_opened()
    {
        var ledger = await Open();
        var stranger = Declared.Ledger();
        await Declared.Refused(() => ledger.Append(stranger, "p", 0, Rows("a"), Stop));
        await Declared.Refused(() => ledger.Read(stranger, "p", 0, 10, Stop));
        await Declared.Refused(() => ledger.Delete(stranger, "p", Stop));
        await Declared.Refused(() => ledger.Read(Declared.Documents(), "p", 0, 10, Stop));
    }

    private static ReadOnlyMemory<byte>[] Rows(params string[] rows) => [.. rows.Select(r => new ReadOnlyMemory<byte>(Declared.Utf8(r)))];

    private async Task<List<(long, string)>> Read(ILedger ledger, string partition, long from, int max)
    {
        var rows = await ledger.Read(Store, partition, from, max, Stop);
        Assert.Equal(Status.Ok, rows.Status);
        Assert.InRange(rows.Value.Count, 0, max);
        return [.. rows.Value.Select(r => (r.Sequence, Declared.Text(r.Body)))];
    }
}
