using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Disks that are full, locked, read-only or rotten: a typed answer or a start-up error with file and place.</summary>
public sealed class BadLuckTests : IDisposable
{
    private readonly Store store = Declared.Documents(), hub = Declared.Stream(TimeSpan.FromDays(1)), folder = Declared.Blobs();
    private readonly Scratch scratch = new();

    private StoreRegistry Stores => new([store, hub, folder]);

    private EmbeddedOptions OnDisk => new() { Directory = scratch.Path };

    [Fact]
    public async Task A_full_disk_is_an_answer_and_ends_when_there_is_space_again()
    {
        var disk = new FaultyFiles();
        await using (var engine = EmbeddedStorage.Open(disk, new(), Stores, new ManualClock()))
        {
            Assert.True((await Put(engine, "before")).Ok);
            disk.Space = 3_000;
            Assert.Equal(Status.Unavailable, (await engine.Documents.Put(store, "refused", "d", new byte[9_000], Condition.None, null, default)).Status);
            Assert.Equal(Status.Unavailable, (await engine.Stream.Publish(hub, 0, [new("s", new byte[500])], default)).Status);
            Assert.Equal(Status.Unavailable, (await engine.Blobs.Put(folder, "refused", new byte[500], default)).Status);
            Assert.Equal(Status.Unavailable, (await engine.Compact(default)).Status);
            Assert.Equal(Status.Unavailable, (await engine.Erase("nobody", null, default)).Status);
            Assert.True((await engine.Documents.Get(store, "before", "d", default)).Ok);
            disk.Space = long.MaxValue;
            Assert.True((await Put(engine, "after")).Ok);
            Assert.True((await engine.Stream.Publish(hub, 0, [new("s", Declared.Utf8("after"))], default)).Ok);
            Assert.True((await engine.Blobs.Put(folder, "refused", new byte[500], default)).Ok);
            Assert.True((await engine.Compact(default)).Ok);
        }
        await using var again = EmbeddedStorage.Open(disk.Restarted(new Random(1)), new(), Stores, new ManualClock());
        Assert.Empty(again.Cut);
        Assert.True((await again.Documents.Get(store, "before", "d", default)).Ok);
        Assert.True((await again.Documents.Get(store, "after", "d", default)).Ok);
        Assert.Equal(Status.NotFound, (await again.Documents.Get(store, "refused", "d", default)).Status);
        Assert.Equal([(0L, "after")], again.Stream.Read(hub, 0, 0, 10).Records.Select(r => (r.Sequence, Declared.Text(r.Body))));
    }

    [Fact]
    public async Task What_a_full_disk_took_of_a_refused_write_does_not_stop_the_next_start()
    {
        // No compaction in between: the files with the refused bytes are read again.
        var disk = new FaultyFiles();
        await using (var engine = EmbeddedStorage.Open(disk, new(), Stores, new ManualClock()))
        {
            disk.Space = 3_000;
            Assert.Equal(Status.Unavailable, (await engine.Documents.Put(store, "refused", "d", new byte[9_000], Condition.None, null, default)).Status);
            disk.Space = 300;
            Assert.Equal(Status.Unavailable, (await engine.Stream.Publish(hub, 0, [new("s", new byte[500])], default)).Status);
            disk.Space = long.MaxValue;
            Assert.True((await Put(engine, "after")).Ok);
            Assert.True((await engine.Stream.Publish(hub, 0, [new("s", Declared.Utf8("after"))], default)).Ok);
        }
        await using var again = EmbeddedStorage.Open(disk.Restarted(new Random(1)), new(), Stores, new ManualClock());
        Assert.Empty(again.Cut);
        Assert.True((await again.Documents.Get(store, "after", "d", default)).Ok);
        Assert.Equal(Status.NotFound, (await again.Documents.Get(store, "refused", "d", default)).Status);
        Assert.Equal([(0L, "after")], again.Stream.Read(hub, 0, 0, 10).Records.Select(r => (r.Sequence, Declared.Text(r.Body))));
    }

    [Fact]
    public void A_full_disk_at_start_says_so()
    {
        var disk = new FaultyFiles { Space = 10 };
        var refused = Assert.Throws<StorageStartException>(() => EmbeddedStorage.Open(disk, new(), Stores, new ManualClock()));
        Assert.Contains("No space left", refused.Message);
    }

    [Fact]
    public async Task A_second_process_on_the_directory_is_told_so()
    {
        await using var first = EmbeddedStorage.Open(OnDisk, Stores, new ManualClock());
        var refused = Assert.Throws<StorageStartException>(() => EmbeddedStorage.Open(OnDisk, Stores, new ManualClock()));
        Assert.Equal(scratch.Path, refused.File);
        Assert.Contains("in use", refused.Message);
    }

    [Fact]
    public async Task A_directory_closed_once_or_twice_can_be_opened_by_the_next_process()
    {
        var engine = EmbeddedStorage.Open(OnDisk, Stores, new ManualClock());
        await engine.DisposeAsync();
        await engine.DisposeAsync();
        await EmbeddedStorage.Open(OnDisk, Stores, new ManualClock()).DisposeAsync();
    }

    [Theory]
    [InlineData("/proc/personalization")]
    [InlineData("/dev/null/personalization")]
    public void A_directory_that_cannot_be_written_is_named(string directory)
    {
        var refused = Assert.Throws<StorageStartException>(() => EmbeddedStorage.Open(new() { Directory = directory }, Stores, new ManualClock()));
        Assert.Equal(directory, refused.File);
    }

    [Fact]
    public async Task Any_flipped_byte_of_a_closed_journal_is_reported_with_its_place()
    {
        await Close(async engine => Assert.True((await Put(engine, "a")).Ok && (await Put(engine, "b")).Ok));
        VerifyFlips("journal-00000001.log", spare: Mark.Bytes);
    }

    [Fact]
    public async Task Any_flipped_byte_of_a_snapshot_is_reported_with_its_place()
    {
        await Close(async engine => Assert.True((await Put(engine, "a")).Ok && (await engine.Compact(default)).Ok));
        VerifyFlips("snapshot-00000002.log", spare: 0);
    }

    [Fact]
    public async Task Any_flipped_byte_of_a_closed_stream_file_is_reported_with_its_place()
    {
        await Close(async engine => await engine.Stream.Publish(hub, 1, [new("s", Declared.Utf8("body"))], default));
        VerifyFlips("stream-00000001.log", spare: Mark.Bytes);
    }

    [Fact]
    public async Task A_flipped_byte_of_a_blob_is_reported_when_it_is_read()
    {
        await Close(async engine => await engine.Blobs.Put(folder, "a", Declared.Utf8("some bytes"), default));
        var file = Directory.EnumerateFiles(Path.Combine(scratch.Path, "blobs", folder.Name)).Single();
        Flip(file, (int)new FileInfo(file).Length - 2);
        await using var engine = EmbeddedStorage.Open(OnDisk, Stores, new ManualClock());
        await Assert.ThrowsAsync<StorageDamagedException>(async () => await engine.Blobs.Get(folder, "a", default));
    }

    [Fact]
    public async Task A_lost_file_in_the_middle_is_named()
    {
        for (var n = 0; n < 3; n++) await Close(async engine => Assert.True((await Put(engine, $"{n}")).Ok));
        File.Delete(Path.Combine(scratch.Path, "journal-00000002.log"));
        var refused = Assert.Throws<StorageStartException>(() => EmbeddedStorage.Open(OnDisk, Stores, new ManualClock()));
        Assert.Equal("journal-00000002.log", refused.File);
    }

    [Fact]
    public async Task A_tail_that_was_never_acknowledged_is_cut_off_and_mentioned()
    {
        await Close(async engine => Assert.True((await Put(engine, "a")).Ok));
        await File.AppendAllTextAsync(Path.Combine(scratch.Path, "journal-00000001.log"), "half a record");
        await using var engine = EmbeddedStorage.Open(OnDisk, Stores, new ManualClock());
        var cut = Assert.Single(engine.Cut);
        Assert.Equal(("journal-00000001.log", 13L), (cut.File, cut.Bytes));
        Assert.True((await engine.Documents.Get(store, "a", "d", default)).Ok);
    }

    [Fact]
    public async Task Another_number_of_partitions_is_refused()
    {
        await Close(_ => Task.CompletedTask);
        var refused = Assert.Throws<StorageStartException>(() => EmbeddedStorage.Open(OnDisk with { StreamPartitions = 4 }, Stores, new ManualClock()));
        Assert.Contains("8 partitions", refused.Message);
    }

    public void Dispose() => scratch.Dispose();

    private ValueTask<Outcome<Etag>> Put(EmbeddedStorage engine, string subject) =>
        engine.Documents.Put(store, subject, "d", Declared.Noise(300, 1), Condition.None, null, default);

    private async Task Close(Func<EmbeddedStorage, Task> run)
    {
        await using var engine = EmbeddedStorage.Open(OnDisk, Stores, new ManualClock());
        await run(engine);
    }

    /// <param name="name">The file.</param>
    /// <param name="spare">Bytes at the end that hold nothing.</param>
    private void VerifyFlips(string name, int spare)
    {
        var file = Path.Combine(scratch.Path, name);
        for (var at = 0; at < new FileInfo(file).Length - spare; at++)
        {
            Flip(file, at);
            var refused = Assert.Throws<StorageStartException>(() => EmbeddedStorage.Open(OnDisk, Stores, new ManualClock()));
            Assert.Equal(name, refused.File);
            Assert.InRange(refused.Offset, 0, at);
            Flip(file, at);
        }
    }

    private static void Flip(string file, int at)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 0x40));
    }
}
