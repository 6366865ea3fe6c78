using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

public sealed class ErasureTests : IDisposable
{
    private const string Marker = "find-me-on-the-disk", Subject = "5ab1ec7000000000000000000000beef";

    private readonly Store profiles = Declared.Documents(), exports = Declared.Blobs(), events = Declared.Stream(TimeSpan.FromDays(1)), records = Declared.Stream(TimeSpan.FromDays(30)), consents = Declared.Ledger();
    private readonly Scratch scratch = new();

    private EmbeddedOptions Options => new() { Directory = scratch.Path, SegmentBytes = 64 * 1024, CompactAfterBytes = 64 * 1024 };

    [Fact]
    public async Task After_an_erasure_no_byte_of_the_subject_is_in_the_directory()
    {
        await using var engine = Open();
        await Fill(engine);
        Assert.NotEmpty(FilesHolding(Marker));
        Assert.NotEmpty(FilesHolding(Subject));
        Assert.True((await engine.Erase(Subject, null, default)).Ok);
        Assert.Empty(FilesHolding(Marker));
        Assert.Empty(FilesHolding(Subject));
    }

    [Fact]
    public async Task An_erasure_leaves_everybody_else_as_they_were()
    {
        await using (var engine = Open())
        {
            await Fill(engine);
            await engine.Erase(Subject, null, default);
            await VerifyOthers(engine);
        }
        await using var again = Open();
        await VerifyOthers(again);
        Assert.Equal(Status.NotFound, (await again.Documents.Get(profiles, Subject, "profile", default)).Status);
    }

    [Fact]
    public async Task A_tombstone_can_be_kept()
    {
        await using var engine = Open();
        await Fill(engine);
        await engine.Documents.Put(profiles, Subject, "tombstone", Declared.Utf8("gone"), Condition.None, null, default);
        Assert.True((await engine.Erase(Subject, (store, id) => store == profiles && id == "tombstone", default)).Ok);
        Assert.Equal("gone", Declared.Text((await engine.Documents.Get(profiles, Subject, "tombstone", default)).Value.Body));
        Assert.Empty(FilesHolding(Marker));
    }

    [Fact]
    public async Task Erased_records_leave_gaps_and_move_no_sequence()
    {
        await using var engine = Open();
        await engine.Stream.Publish(events, 0, [new("a", Declared.Utf8("0")), new(Subject, Declared.Utf8(Marker)), new("a", Declared.Utf8("2"))], default);
        await engine.Erase(Subject, null, default);
        await engine.Stream.Publish(events, 0, [new("a", Declared.Utf8("3"))], default);
        var page = engine.Stream.Read(events, 0, 0, 10);
        Assert.Equal([(0, "0"), (2, "2"), (3, "3")], page.Records.Select(r => (r.Sequence, Declared.Text(r.Body))));
        Assert.Equal(4, page.Next);
        Assert.DoesNotContain(engine.Stream.Read(events, 0, 1, 1).Records, r => r.Sequence == 1);
    }

    [Fact]
    public async Task Compaction_takes_what_was_deleted_by_hand_off_the_disk()
    {
        await using var engine = Open();
        await engine.Documents.Put(profiles, "alias", "a", Declared.Utf8(Marker), Condition.None, null, default);
        await engine.Documents.Delete(profiles, "alias", "a", Condition.None, default);
        Assert.NotEmpty(FilesHolding(Marker));
        Assert.True((await engine.Compact(default)).Ok);
        Assert.Empty(FilesHolding(Marker));
    }

    public void Dispose() => scratch.Dispose();

    private EmbeddedStorage Open() => EmbeddedStorage.Open(Options, new StoreRegistry([profiles, exports, events, records, consents]), new ManualClock());

    /// <summary>The marker in journal, snapshot, several stream files and blobs, among others' data.</summary>
    private async Task Fill(EmbeddedStorage engine)
    {
        for (var n = 0; n < 100; n++)
        {
            await engine.Documents.Put(profiles, Subject, n % 3 == 0 ? "profile" : $"d{n}", Declared.Utf8($"{n} {Marker}"), Condition.None, null, default);
            await engine.Documents.Put(profiles, $"other{n}", "profile", Declared.Noise(500, n), Condition.None, null, default);
            await engine.Stream.Publish(events, n % 8, [new($"other{n}", Declared.Noise(900, n)), new(Subject, Declared.Utf8(Marker)), new($"other{n}", Declared.Noise(900, -n))], default);
            await engine.Stream.Publish(records, n % 8, [new(Subject, Declared.Utf8(Marker)), new($"other{n}", Declared.Noise(300, n))], default);
            if (n == 50) await engine.Compact(default);
        }
        await engine.Blobs.Put(exports, $"{Subject}/export.json", Declared.Utf8(Marker), default);
        await engine.Blobs.Put(exports, $"{Subject[..^1]}/export.json", Declared.Utf8("somebody whose key begins the same"), default);
        await engine.Ledger.Append(consents, "consents", 0, [Declared.Utf8("kept by law")], default);
    }

    private async Task VerifyOthers(EmbeddedStorage engine)
    {
        for (var n = 0; n < 100; n++) Assert.Equal(Declared.Noise(500, n), (await engine.Documents.Get(profiles, $"other{n}", "profile", default)).Value.Body.ToArray());
        var read = Enumerable.Range(0, 8).SelectMany(p => engine.Stream.Read(events, p, 0, 1000).Records).ToList();
        Assert.Equal(200, read.Count);
        Assert.All(read, r => Assert.StartsWith("other", r.Key));
        Assert.Equal(100, Enumerable.Range(0, 8).Sum(p => engine.Stream.Read(records, p, 0, 1000).Records.Count(r => r.Key!.StartsWith("other", StringComparison.Ordinal))));
        Assert.True((await engine.Blobs.Head(exports, $"{Subject[..^1]}/export.json", default)).Ok);
        Assert.Single((await engine.Ledger.Read(consents, "consents", 0, 10, default)).Value);
    }

    private List<string> FilesHolding(string text) =>
        [.. Directory.EnumerateFiles(scratch.Path, "*", SearchOption.AllDirectories).Where(f => Bytes(f).AsSpan().IndexOf(Declared.Utf8(text)) >= 0)];

    private static byte[] Bytes(string file) => Path.GetFileName(file) == "lock" ? [] : File.ReadAllBytes(file);
}
