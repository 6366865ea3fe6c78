using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// A ledger in Table Storage; stands in for <c>Azure.Data.Tables</c>. One row is one entity whose row key is its sequence,
/// so that the insert itself is the race: it fails where the place is taken. Rows go in one after the other, each only
/// behind one that is there, so a stopped append leaves a shorter ledger and never a gap.
/// </summary>
public sealed class TableLedger : ILedger
{
    private const int PageMax = 1_000;
    private readonly StoreRegistry stores;
    private readonly RestService service;

    public TableLedger(StoreRegistry stores, StorageOptions options, TokenCredential identity, TimeProvider clock)
        : this(stores, StorageAccount.Tables(options, identity, clock)) { }

    internal TableLedger(StoreRegistry stores, RestService service) => (this.stores, this.service) = (stores, service);

    public async ValueTask<Outcome<long>> Append(
        Store ledger, string partition, long at, IReadOnlyList<ReadOnlyMemory<byte>> rows, CancellationToken stop)
    {
        stores.Require(ledger, StoreKind.Ledger);
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        if (rows.Any(r => r.Length > LedgerRow.MaxBytes)) return Outcome.Failed<long>(Status.TooLarge);
        if (at > 0)
        {
            var before = await Get(ledger, partition, at - 1, stop);
            if (!before.Ok) return before.Status == Status.NotFound ? Outcome.Failed<long>(Status.Conflict) : Like(before, 0L);
        }
        for (var n = 0; n < rows.Count; n++)
        {
            var placed = await Place(ledger, partition, at + n, rows[n], stop);
            if (!placed.Ok) return Like(placed, 0L);
        }
        return Outcome.Ok(at + rows.Count);
    }

    public async ValueTask<Outcome<IReadOnlyList<LedgerRow>>> Read(Store ledger, string partition, long from, int max, CancellationToken stop)
    {
        stores.Require(ledger, StoreKind.Ledger);
        var rows = new List<LedgerRow>();
        var filter = $"PartitionKey eq '{OrderedName.From(partition)}' and RowKey ge '{Key(from)}'";
        string? next = "";
        while (rows.Count < max && next is not null)
        {
            var path = $"/{ledger.Name}()?$top={Math.Min(max - rows.Count, PageMax)}&$filter={Uri.EscapeDataString(filter)}{next}";
            var page = await service.Send(ledger, "read", path, request => Shape(request, RequestMethod.Get), answer => Outcome.Ok(TableRow.ReadPage(answer)), stop);
            if (!page.Ok) return Like<Page<LedgerRow>, IReadOnlyList<LedgerRow>>(page);
            rows.AddRange(page.Value.Items);
            next = page.Value.Next;
        }
        return Outcome.Ok<IReadOnlyList<LedgerRow>>(rows);
    }

    /// <summary>The last row goes first, so that a stopped call leaves a shorter ledger and never a gap.</summary>
    public async ValueTask<Outcome<long>> Delete(Store ledger, string partition, CancellationToken stop)
    {
        var deleted = 0L;
        while (true)
        {
            var rows = await Read(ledger, partition, 0, int.MaxValue, stop);
            if (!rows.Ok) return Like(rows, deleted);
            if (rows.Value.Count == 0) return Outcome.Ok(deleted);
            foreach (var row in rows.Value.Reverse())
            {
                var gone = await Take(ledger, partition, row.Sequence, stop);
                if (gone.Status is not (Status.Ok or Status.NotFound)) return Like(gone, deleted);
                if (gone.Ok) deleted++;
            }
        }
    }

    /// <summary>What is missing from the account, in words for the operator; asked once at start.</summary>
    public Task<IReadOnlyList<string>> Faults(CancellationToken stop) => StorageCheck.Faults(
        service, stores.All.Where(s => s.Kind == StoreKind.Ledger), "Table", s => $"/{s.Name}()?$top=1", stop);

    /// <summary>Zero-padded, so that the order of keys is the order of sequences.</summary>
    internal static string Key(long sequence) => sequence.ToString("D19", CultureInfo.InvariantCulture);

    private async ValueTask<Outcome<bool>> Place(Store ledger, string partition, long sequence, ReadOnlyMemory<byte> row, CancellationToken stop)
    {
        var inserted = await service.Send(ledger, "append", $"/{ledger.Name}", request =>
        {
            Shape(request, RequestMethod.Post);
            request.Headers.SetValue("Prefer", "return-no-content");
            request.Headers.SetValue("Content-Type", "application/json");
            request.Content = RequestContent.Create(TableRow.Write(OrderedName.From(partition), Key(sequence), row));
        }, _ => Outcome.Ok(true), stop);
        if (inserted.Status != Status.Conflict) return inserted;
        var there = await Get(ledger, partition, sequence, stop);
        return there.Ok && !there.Value.Span.SequenceEqual(row.Span) ? Outcome.Failed<bool>(Status.Conflict) : Like(there, there.Ok);
    }

    private ValueTask<Outcome<ReadOnlyMemory<byte>>> Get(Store ledger, string partition, long sequence, CancellationToken stop) =>
        service.Send(ledger, "get", $"/{ledger.Name}(PartitionKey='{OrderedName.From(partition)}',RowKey='{Key(sequence)}')",
            request => Shape(request, RequestMethod.Get), answer => Outcome.Ok(TableRow.Read(answer)), stop);

    private ValueTask<Outcome<bool>> Take(Store ledger, string partition, long sequence, CancellationToken stop) =>
        service.Send(ledger, "delete", $"/{ledger.Name}(PartitionKey='{OrderedName.From(partition)}',RowKey='{Key(sequence)}')", request =>
        {
            Shape(request, RequestMethod.Delete);
            request.Headers.SetValue("If-Match", "*");
        }, _ => Outcome.Ok(true), stop);

    private static void Shape(Request request, RequestMethod method)
    {
        StorageAccount.Shape(request, method);
        request.Headers.SetValue("Accept", "application/json;odata=nometadata");
        request.Headers.SetValue("DataServiceVersion", "3.0;NetFx");
    }

    private static Outcome<TTo> Like<TFrom, TTo>(Outcome<TFrom> other, TTo value = default!) => new(other.Status, value, other.RetryAfter);
}
