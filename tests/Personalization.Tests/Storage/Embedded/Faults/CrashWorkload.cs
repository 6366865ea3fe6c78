using System.Collections.Concurrent;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>
/// Writes waves of operations, remembers which were acknowledged and which were cut short, and says after a restart whether
/// the engine kept its word. Within a wave every key is written once, so the order of what was acknowledged is known.
/// </summary>
internal sealed class CrashWorkload(Random chance)
{
    private const int Keys = 40;

    private static readonly Store Documents = Declared.Documents(), Rows = Declared.Ledger(), Files = Declared.Blobs(), Hub = Declared.Stream(TimeSpan.FromDays(1)), Long = Declared.Stream(TimeSpan.FromDays(30));

    private readonly ConcurrentDictionary<string, (string? Sure, List<string?> Maybe)> documents = new();
    private readonly ConcurrentDictionary<string, bool> blobs = new();
    private readonly List<string>[] published = [[], [], [], [], [], [], [], []];
    private int rows, writes;
    private (int Life, int Rows) erased;
    private (int Life, int Rows)? perhaps;

    public static StoreRegistry Stores { get; } = new([Documents, Rows, Files, Hub, Long]);

    /// <summary>Small enough that every life rolls files and compacts.</summary>
    public static EmbeddedOptions Options { get; } = new() { SegmentBytes = 64 * 1024, CompactAfterBytes = 64 * 1024 };

    public async Task Wave(EmbeddedStorage engine)
    {
        var wave = Interlocked.Increment(ref writes);
        var tasks = new List<Task>();
        for (var key = wave % 2; key < Keys; key += 1 + chance.Next(6)) tasks.Add(Write(engine, $"k{key}", $"{wave}:{new string('x', chance.Next(3_000))}"));
        tasks.Add(Append(engine));
        tasks.Add(chance.Next(4) == 0 ? Clear(engine) : AppendErased(engine));
        for (var partition = chance.Next(3); partition < 8; partition += 3) tasks.Add(Publish(engine, partition, $"{wave}"));
        if (chance.Next(3) == 0) tasks.Add(PutBlob(engine, $"b{wave}"));
        if (chance.Next(5) == 0) tasks.Add(engine.Compact(default).AsTask());
        if (chance.Next(5) == 0) tasks.Add(engine.Erase($"nobody{wave}", null, default).AsTask());
        await Task.WhenAll(tasks);
    }

    /// <summary>What the engine has after a restart becomes what is sure from then on.</summary>
    public async Task Verify(EmbeddedStorage engine)
    {
        foreach (var (key, (sure, maybe)) in documents)
        {
            var got = await engine.Documents.Get(Documents, key, "d", default);
            var body = got.Ok ? Declared.Text(got.Value.Body) : null;
            Assert.True(body == sure || maybe.Contains(body), $"{key} is {Start(body)} instead of {Start(sure)}");
            documents[key] = (body, []);
        }
        var kept = (await engine.Ledger.Read(Rows, "p", 0, int.MaxValue, default)).Value;
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(n => $"row {n}"), kept.Select(r => Declared.Text(r.Body)));
        Assert.InRange(kept.Count, rows, rows + 1);
        rows = kept.Count;
        await VerifyErased(engine);
        for (var partition = 0; partition < 8; partition++) VerifyStream(engine, partition);
        foreach (var (name, sure) in blobs) await VerifyBlob(engine, name, sure);
    }

    // Both have files of their own.
    private static Store HubOf(int partition) => partition % 2 == 0 ? Hub : Long;

    private static string Start(string? body) => body is null ? "absent" : body.Split(':')[0];

    private async Task Write(EmbeddedStorage engine, string key, string body)
    {
        var known = documents.GetOrAdd(key, _ => (null, []));
        var delete = body.Length % 7 == 0 && known is { Sure: not null, Maybe.Count: 0 };
        var status = delete
            ? (await engine.Documents.Delete(Documents, key, "d", Condition.None, default)).Status
            : (await engine.Documents.Put(Documents, key, "d", Declared.Utf8(body), Condition.None, null, default)).Status;
        if (status == Status.Ok) documents[key] = (delete ? null : body, []);
        else known.Maybe.Add(delete ? null : body);
    }

    private async Task Append(EmbeddedStorage engine)
    {
        if ((await engine.Ledger.Append(Rows, "p", rows, [Declared.Utf8($"row {rows}")], default)).Ok) rows++;
    }

    // One at a time: whoever clears names the rows that come after anew, so that one from before would be told from them.
    private async Task AppendErased(EmbeddedStorage engine)
    {
        var (life, count) = erased;
        if ((await engine.Ledger.Append(Rows, "e", count, [Declared.Utf8($"life {life} row {count}")], default)).Ok) erased = (life, count + 1);
        else perhaps = (life, count + 1);
    }

    private async Task Clear(EmbeddedStorage engine)
    {
        if ((await engine.Ledger.Delete(Rows, "e", default)).Ok) erased = (erased.Life + 1, 0);
        else perhaps = (erased.Life + 1, 0);
    }

    private async Task VerifyErased(EmbeddedStorage engine)
    {
        var kept = (await engine.Ledger.Read(Rows, "e", 0, int.MaxValue, default)).Value.Select(r => Declared.Text(r.Body)).ToList();
        if (perhaps is { } other && kept.SequenceEqual(Enumerable.Range(0, other.Rows).Select(n => $"life {other.Life} row {n}"))) erased = other;
        Assert.Equal(Enumerable.Range(0, erased.Rows).Select(n => $"life {erased.Life} row {n}"), kept);
        perhaps = null;
    }

    private async Task Publish(EmbeddedStorage engine, int partition, string body)
    {
        var sent = await engine.Stream.Publish(HubOf(partition), partition, [new("s", Declared.Utf8(body)), new("s", Declared.Utf8(body + "'"))], default);
        if (sent.Ok) published[partition].AddRange([body, body + "'"]);
    }

    private async Task PutBlob(EmbeddedStorage engine, string name)
    {
        var put = await engine.Blobs.Put(Files, name, Declared.Utf8(name + " whole"), default);
        blobs[name] = put.Ok;
    }

    private void VerifyStream(EmbeddedStorage engine, int partition)
    {
        var read = engine.Stream.Read(HubOf(partition), partition, 0, int.MaxValue).Records;
        var bodies = read.Select(r => Declared.Text(r.Body)).ToList();
        Assert.Equal(published[partition], bodies.Take(published[partition].Count));
        Assert.InRange(bodies.Count - published[partition].Count, 0, 2);
        Assert.Equal(Enumerable.Range(0, read.Count).Select(n => (long)n), read.Select(r => r.Sequence));
        published[partition] = bodies;
    }

    private async Task VerifyBlob(EmbeddedStorage engine, string name, bool sure)
    {
        var got = await engine.Blobs.Get(Files, name, default);
        if (sure || got.Ok) Assert.Equal(name + " whole", Declared.Text(got.Value));
        blobs[name] = got.Ok;
        if (!got.Ok) blobs.TryRemove(name, out _);
    }
}
