using System.Text;
using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Audit;

/// <summary>Whoever changes what is stored is found out, and the first entry they touched is named.</summary>
public sealed class TamperingTests : IAsyncDisposable
{
    private const int Total = SegmentTile.Leaves + 20;

    private readonly AuditWorld world = new();

    [Fact]
    public async Task A_log_nobody_touched_is_good()
    {
        var parts = await Filled();
        var check = await parts.Check();
        Assert.True(check.Good, check.Says);
        Assert.StartsWith("Good:", check.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_flipped_anywhere_in_a_line_of_an_export_is_found_and_an_entry_is_named()
    {
        var parts = world.Open();
        for (var i = 0; i < 12; i++)
        {
            await parts.Log.Append(AuditWorld.Fact(i, i % 3 == 0 ? AuditWorld.Person(1) : null), default);
            if (i % 5 == 0) await parts.Checkpoints.Make(default);
        }

        var lines = (await parts.Export()).TrimEnd('\n').Split('\n');
        var heads = lines.Length - lines.Count(l => l.StartsWith("{\"index\"", StringComparison.Ordinal));
        Assert.True(Check(lines).Good, Check(lines).Says);
        for (var l = 0; l < lines.Length; l++)
        {
            for (var c = 0; c < lines[l].Length; c++)
            {
                var changed = lines.ToArray();
                changed[l] = lines[l][..c] + (char)(lines[l][c] ^ 1) + lines[l][(c + 1)..];
                var check = Check(changed);
                Assert.False(check.Good, $"line {l}, character {c}: {changed[l]}");
                if (l >= heads) Assert.Equal(l - heads, check.FirstBad);
            }
        }
    }

    [Theory]
    [InlineData(0), InlineData(77), InlineData(SegmentTile.Leaves - 1)]
    public async Task A_byte_flipped_in_a_sealed_segment_is_named(int entry) => await Changed(entry, frames => frames[entry] = Flipped(frames[entry], 40));

    [Fact]
    public async Task Every_byte_of_a_stored_entry_counts()
    {
        var parts = world.Open();
        for (var i = 0; i < 3; i++) await parts.Log.Append(AuditWorld.Fact(i, AuditWorld.Person(1)), default);
        await parts.Checkpoints.Make(default);
        var document = (await world.Storage.Documents.Get(AuditLog.Stores[0], "000000000000", $"{1:D16}", default)).Value;
        for (var b = 1; b < document.Body.Length; b++)
        {
            // The length of an entry is not part of it; where it does not fit there is nothing to read.
            if (b is > Digest.Bytes and <= Digest.Bytes + sizeof(int)) continue;
            var body = document.Body.ToArray();
            body[b] ^= 1;
            await world.Storage.Documents.Put(AuditLog.Stores[0], "000000000000", document.Id, body, Condition.None, null, default);
            Assert.Equal(1, Verification.Run(new StringReader(await parts.Export())).FirstBad ?? (b <= Digest.Bytes ? 1 : -1));
        }
    }

    [Fact]
    public async Task An_entry_changed_together_with_the_hash_beside_it_is_named() =>
        await Changed(30, frames => frames[30] = Flipped(frames[30], 40) is var f ? f with { Leaf = TreeHash.Leaf(f.Entry.Span) } : default);

    [Fact]
    public async Task A_dropped_entry_is_named() => await Changed(100, frames => frames.RemoveAt(100));

    [Fact]
    public async Task Reordered_entries_are_named() => await Changed(9, frames => (frames[9], frames[10]) = (frames[10], frames[9]));

    [Fact]
    public async Task An_entry_put_in_between_is_named() => await Changed(3, frames => frames.Insert(3, frames[7]));

    [Fact]
    public async Task A_byte_flipped_in_the_tail_is_named()
    {
        await Filled();
        const int At = SegmentTile.Leaves;
        var document = (await world.Storage.Documents.List(AuditLog.Stores[0], "000000000001", null, 1, default)).Value.Items[0];
        var body = document.Body.ToArray();
        body[^1] ^= 1;
        await world.Storage.Documents.Put(AuditLog.Stores[0], "000000000001", document.Id, body, Condition.None, null, default);
        var last = Frames.Read(body).Count - 1 + long.Parse(document.Id);
        Assert.Equal((true, last), (last >= At, (await world.Open().Check()).FirstBad));
    }

    [Fact]
    public async Task A_forked_tail_that_is_sound_in_itself_is_named_from_where_nothing_vouches_for_it()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, 10);
        var fork = (await parts.Checkpoints.Make(default)).Size;
        await parts.Log.Append(AuditWorld.Fact(1), default);
        await parts.Log.Append(AuditWorld.Fact(2), default);
        var signed = (await parts.Checkpoints.Make(default)).Size;
        // Another history from the fork on, of the same length.
        for (var at = fork; at < signed; at++)
        {
            var frame = new AuditEntry(world.Clock.GetUtcNow(), AuditTypes.RulesPromoted, new byte[16], default, new Dictionary<string, string> { ["number"] = "666" }, default);
            var bytes = EntryBytes.Write(frame, null);
            await world.Storage.Documents.Put(AuditLog.Stores[0], "000000000000", $"{at:D16}", Frames.Write([new(TreeHash.Leaf(bytes), bytes)]), Condition.None, null, default);
        }

        await Assert.ThrowsAsync<InvalidDataException>(async () => await world.Open().Checkpoints.Make(default));
        // Whoever writes the export by hand does not get further.
        var lines = (await parts.Export()).TrimEnd('\n').Split('\n');
        var forged = EntryBytes.Write(new(world.Clock.GetUtcNow(), AuditTypes.RulesPromoted, new byte[16], default, new Dictionary<string, string>(), default), null);
        lines[^1] = System.Text.Json.JsonSerializer.Serialize(ExportEntry.Of(signed - 1, TreeHash.Leaf(forged), forged), Stored.Default.ExportEntry);
        var check = Check(lines);
        Assert.Equal((false, fork), (check.Good, check.FirstBad));
    }

    [Fact]
    public async Task Lines_dropped_doubled_or_swapped_are_named()
    {
        var parts = world.Open();
        for (var i = 0; i < 8; i++) await parts.Log.Append(AuditWorld.Fact(i), default);
        var lines = (await parts.Export()).TrimEnd('\n').Split('\n').ToList();
        var first = lines.FindIndex(l => l.StartsWith("{\"index\"", StringComparison.Ordinal));
        Assert.Equal(3, Check([.. lines.Where((_, i) => i != first + 3)]).FirstBad);
        Assert.Equal(4, Check([.. lines.Take(first + 4), lines[first + 3], .. lines.Skip(first + 4)]).FirstBad);
        Assert.Equal(2, Check([.. lines.Take(first + 2), lines[first + 3], lines[first + 2], .. lines.Skip(first + 4)]).FirstBad);
        Assert.Equal(lines.Count - first - 1, Check([.. lines.SkipLast(1)]).FirstBad);
        Assert.False(Check([.. lines, lines[^1]]).Good);
        // A checkpoint left out, and the first one cut away.
        await parts.Log.Append(AuditWorld.Fact(9), default);
        await parts.Checkpoints.Make(default);
        var two = (await parts.Export()).TrimEnd('\n').Split('\n').ToList();
        Assert.False(Check([two[0].Replace("\"checkpoints\":2", "\"checkpoints\":1", StringComparison.Ordinal), .. two.Skip(2)]).Good);
        Assert.False(Check([two[0].Replace("\"checkpoints\":2", "\"checkpoints\":0", StringComparison.Ordinal), .. two.Skip(3)]).Good);
    }

    [Fact]
    public async Task An_export_signed_anew_with_another_key_is_not_the_logs()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, 5);
        var lines = (await parts.Export()).TrimEnd('\n').Split('\n');
        var header = System.Text.Json.JsonSerializer.Deserialize(lines[0], Stored.Default.ExportHeader)!;
        using var own = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var spki = own.ExportSubjectPublicKeyInfo();
        var key = header.Keys[0] with { Id = PublishedKey.IdOf(spki), Key = Convert.ToBase64String(spki) };
        var checkpoint = (System.Text.Json.JsonSerializer.Deserialize(lines[1], Stored.Default.Checkpoint)! with { Key = key.Id }).Sign(own);
        lines[0] = System.Text.Json.JsonSerializer.Serialize(header with { Keys = [key] }, Stored.Default.ExportHeader);
        lines[1] = System.Text.Json.JsonSerializer.Serialize(checkpoint, Stored.Default.Checkpoint);
        var check = Check(lines);
        Assert.False(check.Good);
        Assert.Contains("does not say that this key was made", check.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData("{}"), InlineData("nonsense"), InlineData("{\"log\":\"personalization-audit-export/1\"}"), InlineData("[1,2]"), InlineData("{\"path\":[],\"leaf\":\"x\",\"root\":\"y\"}")]
    [InlineData("{\"log\":\"personalization-audit-export/1\",\"origin\":\"a\",\"size\":0,\"checkpoints\":0,\"keys\":[]}"), InlineData("{\"log\":\"personalization-audit-export/1\",\"size\":-1,\"checkpoints\":-5,\"keys\":[null]}")]
    public void What_is_no_export_is_not_good(string text) => Assert.False(Verification.Run(new StringReader(text)).Good);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private static CheckResult Check(IEnumerable<string> lines) => Verification.Run(new StringReader(string.Join('\n', lines)));

    private static Framed Flipped(Framed frame, int at)
    {
        var bytes = frame.Entry.ToArray();
        bytes[at] ^= 1;
        return frame with { Entry = bytes };
    }

    private async Task<AuditParts> Filled()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, Total);
        await parts.Log.Sealer.Run(default);
        await parts.Checkpoints.Make(default);
        return parts;
    }

    private async Task Changed(long firstBad, Action<List<Framed>> change)
    {
        var parts = await Filled();
        var frames = await parts.Log.Segments.Entries(0, default);
        change(frames);
        await Rewrite(frames);
        Assert.Equal(firstBad, (await world.Open().Check()).FirstBad);
    }

    private async Task Rewrite(IReadOnlyList<Framed> frames)
    {
        await world.Storage.Blobs.Delete(AuditLog.Stores[1], "entries/000000000000", default);
        await world.Storage.Blobs.Put(AuditLog.Stores[1], "entries/000000000000", Frames.Write(frames), default);
    }
}
