using System.Text;
using Personalization.Audit;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Audit;

/// <summary>What is personal in the log goes with one key, and nothing else does.</summary>
public sealed class PersonalTests
{
    private static readonly AuditFilter All = new(null, null, null, null);

    [Fact]
    public async Task After_a_subjects_key_is_destroyed_all_proofs_hold_nothing_is_readable_and_no_search_finds_them()
    {
        var directory = Directory.CreateTempSubdirectory("audit-").FullName;
        try
        {
            using var meter = new System.Diagnostics.Metrics.Meter("audit");
            var storage = EmbeddedStorage.Open(new() { Directory = directory }, Functions.Composition.Stores, TimeProvider.System);
            var parts = new AuditParts(storage.Documents, storage.Blobs, new MemorySecrets(), TimeProvider.System, new(TimeSpan.FromDays(365), TimeSpan.FromDays(30)), meter);
            var (gone, stays) = (AuditWorld.Person(1), AuditWorld.Person(2));
            for (var i = 0; i < 20; i++) await parts.Log.Append(AuditWorld.Fact(i, i % 2 == 0 ? gone : stays), default);
            Assert.Equal(Enumerable.Range(0, 10).Select(i => $"personal-{i * 2}"), (await parts.Reader.Find(All, gone, 0, 100, default)).Entries.Select(e => e.Personal!["secret"]));
            var secret = (await storage.Documents.Get(AuditKeys.Store, gone.ToString(), "key", default)).Value.Body.ToArray();
            var before = await parts.Checkpoints.Make(default);

            await parts.Subjects.Destroy(gone, default);
            await parts.Subjects.Destroy(gone, default);
            Assert.True((await storage.Compact(default)).Ok);
            var proof = await parts.Desk.Inclusion(0, null, default);
            Assert.True(proof.Holds());
            Assert.True((await parts.Check()).Good);
            Assert.Equal(before.Root, $"{await parts.Proofs.Root(before.Size, default)}");
            Assert.Empty((await parts.Reader.Find(All, gone, 0, 100, default)).Entries);
            Assert.All((await parts.Reader.Find(All, null, 0, 100, default)).Entries, e => Assert.Null(e.Personal));
            Assert.Equal(10, (await parts.Reader.Find(All, stays, 0, 100, default)).Entries.Count);
            // Nor does the key of somebody else open them.
            var key = (await parts.Subjects.Find(stays, default))!;
            foreach (var frame in await parts.Reader.Segment(0, default))
            {
                var entry = EntryBytes.Read(frame.Entry)!;
                if (entry.Tag.Length > 0 && entry.Open["number"] is var n && int.Parse(n) % 2 == 0) Assert.Null(EntryBytes.Personal(frame.Entry, entry, key));
            }

            var export = await parts.Export();
            await storage.DisposeAsync();
            var files = Trust.Search.Files(directory).ToList();
            Assert.All(files, f => Assert.False(Trust.Search.Holds(f.Bytes, "personal-") || Trust.Search.Holds(f.Bytes, secret), f.Path));
            Assert.All(files, f => Assert.False(Trust.Search.Holds(f.Bytes, gone.ToString()), f.Path));
            // The search finds what is there.
            Assert.Contains(files, f => Trust.Search.Holds(f.Bytes, "number"));
            Assert.Contains(files, f => Trust.Search.Holds(f.Bytes, stays.ToString()));
            Assert.DoesNotContain(gone.ToString(), export, StringComparison.Ordinal);
        }
        finally { Directory.Delete(directory, recursive: true); }
    }

    [Fact]
    public async Task Somebody_told_of_again_after_that_has_another_tag()
    {
        await using var world = new AuditWorld();
        var parts = world.Open();
        await parts.Log.Append(AuditWorld.Fact(1, AuditWorld.Person(1)), default);
        await parts.Subjects.Destroy(AuditWorld.Person(1), default);
        await parts.Log.Append(AuditWorld.Fact(2, AuditWorld.Person(1)), default);
        var entries = await InMemory.Entries(parts.Log);
        Assert.False(entries[0].Tag.Span.SequenceEqual(entries[1].Tag.Span));
        Assert.Equal("personal-2", Assert.Single((await parts.Reader.Find(All, AuditWorld.Person(1), 0, 10, default)).Entries).Personal!["secret"]);
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_keeps_the_fact_from_being_told_half()
    {
        await using var world = new AuditWorld();
        var mortal = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, 0, after: false);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await world.Open(mortal, mortal).Log.Append(AuditWorld.Fact(1, AuditWorld.Person(1)), default));
        Assert.Empty(await world.Open().Numbers());
    }

    [Fact]
    public async Task A_personal_part_moved_to_another_entry_does_not_open()
    {
        await using var world = new AuditWorld();
        var parts = world.Open();
        await parts.Log.Append(AuditWorld.Fact(1, AuditWorld.Person(1)), default);
        await parts.Log.Append(AuditWorld.Fact(2, AuditWorld.Person(1)), default);
        var frames = await parts.Reader.Segment(0, default);
        var (one, two) = (EntryBytes.Read(frames[0].Entry)!, EntryBytes.Read(frames[1].Entry)!);
        var key = (await parts.Subjects.Find(AuditWorld.Person(1), default))!;
        byte[] moved = [.. frames[1].Entry[..^one.Sealed.Length].Span, .. one.Sealed.Span];
        Assert.Equal(two.Sealed.Length, one.Sealed.Length);
        Assert.NotNull(EntryBytes.Read(moved));
        Assert.Null(EntryBytes.Personal(moved, EntryBytes.Read(moved)!, key));
        Assert.Equal("personal-2", EntryBytes.Personal(frames[1].Entry, two, key)!["secret"]);
    }

    [Fact]
    public void An_entry_has_one_form_and_other_bytes_are_none()
    {
        var entry = new AuditEntry(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), AuditTypes.Merged, Enumerable.Range(0, 16).Select(i => (byte)i).ToArray(), default, new Dictionary<string, string> { ["b"] = "2", ["a"] = "é", ["ab"] = "" }, default);
        var bytes = EntryBytes.Write(entry, null);
        Assert.Equal(
            "01" + "0000018bcfe5687b" + "06" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes("merged")) + "000102030405060708090a0b0c0d0e0f" + "00"
            + "03" + "0161" + "0002c3a9" + "026162" + "0000" + "0162" + "000132" + "0000", Convert.ToHexStringLower(bytes));
        Assert.Equal(entry.Open.OrderBy(o => o.Key, StringComparer.Ordinal), EntryBytes.Read(bytes)!.Open.OrderBy(o => o.Key, StringComparer.Ordinal));
        for (var n = 0; n < bytes.Length; n++) Assert.Null(EntryBytes.Read(bytes.AsMemory(0, n)));
        Assert.Null(EntryBytes.Read((byte[])[.. bytes, 0]));
        // Names that do not ascend, or come twice, are another form of what they say.
        byte[] swapped = [.. bytes];
        (swapped[35], swapped[36]) = (swapped[35], (byte)'z');
        Assert.Null(EntryBytes.Read(swapped));
        Assert.Null(EntryBytes.Read((byte[])[2, .. bytes[1..]]));
    }
}
