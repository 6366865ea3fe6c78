using System.Collections.Concurrent;
using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>What every implementation of <see cref="IDocuments"/> promises about many, large, oddly named and undeclared documents.</summary>
public abstract class DocumentsScaleContract
{
    protected Store Store { get; } = Declared.Documents();

    protected static CancellationToken Stop => CancellationToken.None;

    protected abstract ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock);

    protected ValueTask<IDocuments> Open() => Open(new StoreRegistry([Store]), new ManualClock());

    [Fact]
    public async Task Ten_thousand_documents_of_one_partition_are_listed_once_each_in_order()
    {
        var documents = await Open();
        await Fill(documents, 10_000, n => ("p", $"{n:D5}"));
        await documents.Put(Store, "q", "other", Declared.Utf8("x"), Condition.None, null, Stop);
        var listed = await All(next => documents.List(Store, "p", next, 700, Stop), 700);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(n => $"{n:D5}"), listed.Select(d => d.Id));
        Assert.All(listed, d => Assert.Equal($"p/{d.Id}", Declared.Text(d.Body)));
    }

    [Fact]
    public async Task A_scan_sees_every_document_once_it_is_done_while_writers_run()
    {
        var documents = await Open();
        await Fill(documents, 2_000, n => ($"s{n % 300}", $"{n}"));
        using var enough = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<string, byte>();
        var writers = Task.Run(() => Fill(documents, 1_000, n => ($"s{n % 300}", $"{n * 3}"), enough.Token));
        foreach (var d in await All(next => documents.Scan(Store, next, 150, Stop), 150)) seen[$"{d.Partition}/{d.Id}"] = 1;
        await enough.CancelAsync();
        await writers;
        Assert.Subset(seen.Keys.ToHashSet(), Enumerable.Range(0, 2_000).Select(n => $"s{n % 300}/{n}").ToHashSet());
    }

    [Fact]
    public async Task A_scan_can_be_taken_up_again_from_any_page()
    {
        var documents = await Open();
        await Fill(documents, 500, n => ($"s{n % 7}", $"{n}"));
        var first = (await documents.Scan(Store, null, 100, Stop)).Value;
        var rest = await All(next => documents.Scan(Store, next, 100, Stop), 100, first.Next);
        var again = await All(next => documents.Scan(Store, next, 100, Stop), 100, first.Next);
        Assert.Equal(rest.Select(d => d.Id).Order(), again.Select(d => d.Id).Order());
        Assert.Equal(500, first.Items.Concat(rest).Select(d => d.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("ключ", "日本語")]
    [InlineData("a b", "🦊 fox")]
    [InlineData("a+b=c&d", "100%25")]
    [InlineData("\"quoted\"", "it's")]
    public async Task Keys_and_bodies_keep_every_character(string partition, string id)
    {
        var documents = await Open();
        var body = $$"""{"text":"{{partition.Replace("\"", "\\\"", StringComparison.Ordinal)}} ❤ {{id}}"}""";
        await documents.Put(Store, partition, id, Declared.Utf8(body), Condition.None, null, Stop);
        var got = await documents.Get(Store, partition, id, Stop);
        Assert.Equal((partition, id, body), (got.Value.Partition, got.Value.Id, Declared.Text(got.Value.Body)));
        Assert.Equal(id, Assert.Single((await documents.List(Store, partition, null, 10, Stop)).Value.Items).Id);
        Assert.Equal(partition, Assert.Single((await documents.Scan(Store, null, 10, Stop)).Value.Items).Partition);
    }

    [Fact]
    public async Task The_largest_document_fits_and_one_byte_more_does_not()
    {
        var documents = await Open();
        var body = Declared.Utf8('"' + new string('x', Document.MaxBytes - 2) + '"');
        Assert.Equal(Status.Ok, (await documents.Put(Store, "p", "big", body, Condition.None, null, Stop)).Status);
        Assert.True((await documents.Get(Store, "p", "big", Stop)).Value.Body.Span.SequenceEqual(body));
        Assert.Equal(Status.TooLarge, (await documents.Put(Store, "p", "bigger", new byte[Document.MaxBytes + 1], Condition.None, null, Stop)).Status);
        Assert.Equal(Status.NotFound, (await documents.Get(Store, "p", "bigger", Stop)).Status);
    }

    [Fact]
    public async Task A_store_that_is_not_declared_cannot_be_opened()
    {
        var documents = await Open();
        var stranger = Declared.Documents();
        await Declared.Refused(() => documents.Get(stranger, "p", "a", Stop));
        await Declared.Refused(() => documents.Put(stranger, "p", "a", Declared.Utf8("1"), Condition.None, null, Stop));
        await Declared.Refused(() => documents.Delete(stranger, "p", "a", Condition.None, Stop));
        await Declared.Refused(() => documents.List(stranger, "p", null, 10, Stop));
        await Declared.Refused(() => documents.Scan(stranger, null, 10, Stop));
        await Declared.Refused(() => documents.Get(Declared.Ledger(), "p", "a", Stop));
    }

    private Task Fill(IDocuments documents, int count, Func<int, (string Partition, string Id)> key, CancellationToken enough = default) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (n, _) =>
        {
            if (enough.IsCancellationRequested) return;
            var (partition, id) = key(n);
            var put = await documents.Put(Store, partition, id, Declared.Utf8($"{partition}/{id}"), Condition.None, null, Stop);
            Assert.Equal(Status.Ok, put.Status);
        });

    private static async Task<List<Document>> All(Func<string?, ValueTask<Outcome<Page<Document>>>> read, int max, string? next = null)
    {
        var all = new List<Document>();
        do
        {
            var page = await read(next);
            Assert.Equal(Status.Ok, page.Status);
            Assert.InRange(page.Value.Items.Count, 0, max);
            all.AddRange(page.Value.Items);
            next = page.Value.Next;
        }
        while (next is not null);
        return all;
    }
}
