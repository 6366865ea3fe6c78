using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

public sealed class RecordTests
{
    /// <summary>RFC 3720, appendix B.4, and the check value of the CRC catalogue.</summary>
    [Fact]
    public void The_checksum_is_the_published_one()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Of(Enumerable.Range(0, 32).Select(n => (byte)n).ToArray()));
        Assert.Equal(0x113FDB5Cu, Crc32C.Of(Enumerable.Range(0, 32).Select(n => (byte)(31 - n)).ToArray()));
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
    }

    [Fact]
    public void A_checksum_can_be_taken_in_pieces()
    {
        var bytes = Declared.Noise(1_000, 3);
        foreach (var cut in new[] { 0, 1, 7, 8, 500, 1_000 })
            Assert.Equal(Crc32C.Of(bytes), Crc32C.Of(bytes.AsSpan(cut), Crc32C.Of(bytes.AsSpan(0, cut))));
    }

    [Fact]
    public void Records_larger_than_the_readers_buffer_are_read_whole()
    {
        using var file = new MemoryFile();
        var buffer = new RecordBuffer();
        var sizes = new[] { 1, 5_000, 70_000, 3, 300_000, 0 };
        foreach (var size in sizes)
        {
            buffer.Begin(RecordType.Put);
            buffer.Bytes(Declared.Noise(size, size));
            buffer.End();
        }
        file.Write(buffer.Written, 0);
        using var reader = new RecordReader(file, 0, file.Length, chunk: 4_096);
        foreach (var size in sizes)
        {
            Assert.Equal(ReadState.Record, reader.Read(out var payload));
            Assert.Equal(Declared.Noise(size, size), payload[1..].ToArray());
        }
        Assert.Equal(ReadState.End, reader.Read(out _));
    }

    [Fact]
    public void A_body_cannot_pass_for_proof_that_it_was_durable()
    {
        using var file = new MemoryFile();
        var forged = new byte[Mark.Bytes];
        Mark.Write(forged, nonce: 1, durable: 1_000_000);
        file.Write(forged, 100);
        Assert.False(Mark.ProvesDurable(file, nonce: 2, place: 50));
        Assert.True(Mark.ProvesDurable(file, nonce: 1, place: 50));
    }

    [Fact]
    public async Task A_hot_read_allocates_nothing()
    {
        var store = Declared.Documents(TimeSpan.FromDays(1));
        await using var engine = EmbeddedStorage.Open(new(), new StoreRegistry([store]), TimeProvider.System);
        await engine.Documents.Put(store, "p", "d", Declared.Utf8("body"), Condition.None, null, default);
        Assert.Equal(0, await Allocated(engine.Documents, store));
    }

    private static async Task<long> Allocated(IDocuments documents, Store store)
    {
        for (var warm = 0; warm < 100; warm++) await documents.Get(store, "p", "d", default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 1_000; n++) await documents.Get(store, "p", "d", default);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public async Task A_key_that_would_not_come_back_from_disk_is_refused()
    {
        var store = Declared.Documents();
        await using var engine = EmbeddedStorage.Open(new(), new StoreRegistry([store]), TimeProvider.System);
        foreach (var key in new[] { "", "half \uD83E of a fox", new string('x', 1_024) })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await engine.Documents.Put(store, key, "d", default, Condition.None, null, default));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await engine.Documents.Put(store, "p", key, default, Condition.None, null, default));
        }
    }
}
