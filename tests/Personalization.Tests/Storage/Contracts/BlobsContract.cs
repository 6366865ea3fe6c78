using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>What every implementation of <see cref="IBlobs"/> promises.</summary>
public abstract class BlobsContract
{
    protected Store Store { get; } = Declared.Blobs();

    protected static CancellationToken Stop => CancellationToken.None;

    protected abstract ValueTask<IBlobs> Open(StoreRegistry stores, TimeProvider clock);

    protected ValueTask<IBlobs> Open() => Open(new StoreRegistry([Store]), new ManualClock());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task What_was_put_is_what_is_read(int length)
    {
        var blobs = await Open();
        var body = Declared.Noise(length, 7);
        var put = await blobs.Put(Store, "models/one.bin", body, Stop);
        Assert.Equal((Status.Ok, "models/one.bin", (long)length), (put.Status, put.Value.Name, put.Value.Length));
        Assert.True((await blobs.Get(Store, "models/one.bin", Stop)).Value.Span.SequenceEqual(body));
        Assert.Equal(put.Value, (await blobs.Head(Store, "models/one.bin", Stop)).Value);
    }

    [Fact]
    public async Task A_blob_is_never_overwritten()
    {
        var blobs = await Open();
        await blobs.Put(Store, "a", Declared.Utf8("first"), Stop);
        Assert.Equal(Status.Conflict, (await blobs.Put(Store, "a", Declared.Utf8("second"), Stop)).Status);
        Assert.Equal(Status.Conflict, (await blobs.Put(Store, "a", Declared.Utf8("first"), Stop)).Status);
        Assert.Equal("first", Declared.Text((await blobs.Get(Store, "a", Stop)).Value));
    }

    [Fact]
    public async Task Of_20_parallel_writers_of_one_name_exactly_one_wins()
    {
        var blobs = await Open();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
            (Body: $"{n}", Wrote: await blobs.Put(Store, "a", Declared.Utf8($"{n}"), Stop)))));
        var winner = Assert.Single(results, r => r.Wrote.Ok);
        Assert.Equal(19, results.Count(r => r.Wrote.Status == Status.Conflict));
        Assert.Equal(winner.Body, Declared.Text((await blobs.Get(Store, "a", Stop)).Value));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_its_name_is_free()
    {
        var blobs = await Open();
        await blobs.Put(Store, "a", Declared.Utf8("1"), Stop);
        Assert.True((await blobs.Delete(Store, "a", Stop)).Ok);
        Assert.Equal(Status.NotFound, (await blobs.Get(Store, "a", Stop)).Status);
        Assert.Equal(Status.NotFound, (await blobs.Head(Store, "a", Stop)).Status);
        Assert.Equal(Status.NotFound, (await blobs.Delete(Store, "a", Stop)).Status);
        Assert.True((await blobs.Put(Store, "a", Declared.Utf8("2"), Stop)).Ok);
    }

    [Fact]
    public async Task Blobs_are_listed_by_prefix_in_order_of_name_and_in_pages()
    {
        var blobs = await Open();
        foreach (var n in Enumerable.Range(0, 25).Reverse()) await blobs.Put(Store, $"s1/{n:D2}", new byte[n], Stop);
        await blobs.Put(Store, "s10/other", Declared.Utf8("x"), Stop);
        Assert.Equal(Enumerable.Range(0, 25).Select(n => ($"s1/{n:D2}", (long)n)), (await List(blobs, "s1/", 10)).Select(b => (b.Name, b.Length)));
        Assert.Equal(26, (await List(blobs, "", 7)).Count);
        Assert.Empty(await List(blobs, "s2", 10));
    }

    [Theory]
    [InlineData("subject/експорт 🦊.json")]
    [InlineData("a b+c=d&e%20f")]
    [InlineData("deep/er/and/deeper/still.bin")]
    public async Task Names_keep_every_character(string name)
    {
        var blobs = await Open();
        Assert.True((await blobs.Put(Store, name, Declared.Utf8(name), Stop)).Ok);
        Assert.Equal(name, Declared.Text((await blobs.Get(Store, name, Stop)).Value));
        Assert.Equal(name, Assert.Single(await List(blobs, "", 10)).Name);
    }

    [Fact]
    public async Task A_folder_that_is_not_declared_cannot_be_opened()
    {
        var blobs = await Open();
        var stranger = Declared.Blobs();
        await Declared.Refused(() => blobs.Put(stranger, "a", Declared.Utf8("1"), Stop));
        await Declared.Refused(() => blobs.Get(stranger, "a", Stop));
        await Declared.Refused(() => blobs.Head(stranger, "a", Stop));
        await Declared.Refused(() => blobs.Delete(stranger, "a", Stop));
        await Declared.Refused(() => blobs.List(stranger, "", null, 10, Stop));
    }

    private async Task<List<BlobInfo>> List(IBlobs blobs, string prefix, int max)
    {
        var all = new List<BlobInfo>();
        string? next = null;
        do
        {
            var page = await blobs.List(Store, prefix, next, max, Stop);
            Assert.Equal(Status.Ok, page.Status);
            Assert.InRange(page.Value.Items.Count, 0, max);
            all.AddRange(page.Value.Items);
            next = page.Value.Next;
        }
        while (next is not null);
        return all;
    }
}
