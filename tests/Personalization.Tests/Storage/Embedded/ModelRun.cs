using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>An engine and what a dictionary would say in its place.</summary>
internal sealed class ModelRun : IAsyncDisposable
{
    private const int Subjects = 4, Ids = 3;

    private readonly Store documents = Declared.Documents(TimeSpan.FromHours(1)), ledger = Declared.Ledger(), hub = Declared.Stream(TimeSpan.FromHours(6));
    private readonly MemoryFiles files = new();
    private readonly ManualClock clock = new();
    private readonly SortedDictionary<(string Subject, string Id), (string Body, Etag Etag, DateTimeOffset Until)> model = [];
    private readonly List<string> rows = [];
    private readonly List<(string Subject, string Body, DateTimeOffset At)> records = [];
    private Etag stale;
    private EmbeddedStorage engine;

    public ModelRun() => engine = Open();

    public async Task Step(int step)
    {
        var (subject, id, body) = ($"s{step / 16 % Subjects}", $"d{step / 64 % Ids}", $"{step} {new string('x', step / 256 % 3_000)}");
        switch (step % 16)
        {
            case < 3: await Put(subject, id, body, Condition.None, true); break;
            case 3: await Put(subject, id, body, Condition.Absent, Live(subject, id) is null); break;
            case 4: await PutMatching(subject, id, body); break;
            case 5: await Put(subject, id, body, Condition.Matches(stale), Live(subject, id)?.Etag == stale && stale != default); break;
            case 6: await Delete(subject, id); break;
            case 7 when step / 16 % 8 == 0: await Clear(); break;
            case 7: await Append(body, step); break;
            case < 10: await Publish(subject, body); break;
            case 10: clock.Advance(TimeSpan.FromMinutes(step / 16 % 50)); break;
            case 11: Assert.True((await engine.Compact(default)).Ok); break;
            case 12: await Reopen(); break;
            case 13: await Erase(subject); break;
            case 14: await Get(subject, id); break;
            default: await Compare(); break;
        }
    }

    public async Task Compare()
    {
        var live = model.Where(d => d.Value.Until > Now).Select(d => (d.Key.Subject, d.Key.Id, d.Value.Body, d.Value.Etag)).ToList();
        Assert.Equal(live, (await Pages(next => engine.Documents.Scan(documents, next, 2, default))).OrderBy(d => (d.Subject, d.Id)));
        for (var n = 0; n < Subjects; n++)
            Assert.Equal(live.Where(d => d.Subject == $"s{n}"), await Pages(next => engine.Documents.List(documents, $"s{n}", next, 2, default)));
        Assert.Equal(rows, (await engine.Ledger.Read(ledger, "p", 0, int.MaxValue, default)).Value.Select(r => Declared.Text(r.Body)));
        var kept = records.Select((r, n) => (Sequence: (long)n, r.Subject, r.Body, r.At)).Where(r => r.Body.Length > 0 && r.At + hub.Expiry > Now);
        Assert.Equal(kept.Select(r => (r.Sequence, r.Subject, r.Body)), engine.Stream.Read(hub, 0, 0, int.MaxValue).Records.Select(r => (r.Sequence, r.Key!, Declared.Text(r.Body))));
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private DateTimeOffset Now => clock.GetUtcNow();

    private EmbeddedStorage Open() => EmbeddedStorage.Open(
        files, new() { SegmentBytes = 64 * 1024, CompactAfterBytes = 64 * 1024 }, new StoreRegistry([documents, ledger, hub]), clock);

    private (string Body, Etag Etag, DateTimeOffset Until)? Live(string subject, string id) =>
        model.TryGetValue((subject, id), out var found) && found.Until > Now ? found : null;

    private async Task Put(string subject, string id, string body, Condition when, bool expected)
    {
        TimeSpan? expiry = body.Length % 3 == 0 ? TimeSpan.FromMinutes(20) : null;
        var put = await engine.Documents.Put(documents, subject, id, Declared.Utf8(body), when, expiry, default);
        Assert.Equal(expected ? Status.Ok : Status.Conflict, put.Status);
        if (!expected) return;
        stale = Live(subject, id)?.Etag ?? stale;
        model[(subject, id)] = (body, put.Value, Now + (expiry ?? documents.Expiry!.Value));
    }

    private Task PutMatching(string subject, string id, string body) =>
        Live(subject, id) is { } live ? Put(subject, id, body, Condition.Matches(live.Etag), true) : Task.CompletedTask;

    private async Task Delete(string subject, string id)
    {
        var status = (await engine.Documents.Delete(documents, subject, id, Condition.None, default)).Status;
        Assert.Equal(Live(subject, id) is null ? Status.NotFound : Status.Ok, status);
        model.Remove((subject, id));
    }

    private async Task Get(string subject, string id)
    {
        var got = await engine.Documents.Get(documents, subject, id, default);
        var live = Live(subject, id);
        Assert.Equal(live is null ? Status.NotFound : Status.Ok, got.Status);
        if (live is { } there) Assert.Equal((there.Body, there.Etag), (Declared.Text(got.Value.Body), got.Value.Etag));
    }

    private async Task Append(string body, int step)
    {
        var at = Math.Max(0, rows.Count - (step / 16 % 2));
        var fits = at == rows.Count || rows[at] == body;
        var appended = await engine.Ledger.Append(ledger, "p", at, [Declared.Utf8(body)], default);
        Assert.Equal(fits ? Status.Ok : Status.Conflict, appended.Status);
        if (fits && at == rows.Count) rows.Add(body);
    }

    private async Task Clear()
    {
        Assert.Equal(rows.Count, (await engine.Ledger.Delete(ledger, "p", default)).Value);
        rows.Clear();
    }

    private async Task Publish(string subject, string body)
    {
        Assert.True((await engine.Stream.Publish(hub, 0, [new(subject, Declared.Utf8(body)), new("another", Declared.Utf8("x"))], default)).Ok);
        records.Add((subject, body, Now));
        records.Add(("another", "x", Now));
    }

    private async Task Erase(string subject)
    {
        Assert.True((await engine.Erase(subject, null, default)).Ok);
        foreach (var key in model.Keys.Where(k => k.Subject == subject).ToList()) model.Remove(key);
        for (var n = 0; n < records.Count; n++)
            if (records[n].Subject == subject) records[n] = records[n] with { Body = "" };
    }

    private async Task Reopen()
    {
        await engine.DisposeAsync();
        engine = Open();
    }

    private static async Task<List<(string Subject, string Id, string Body, Etag Etag)>> Pages(Func<string?, ValueTask<Outcome<Page<Document>>>> read)
    {
        var all = new List<(string, string, string, Etag)>();
        string? next = null;
        do
        {
            var page = (await read(next)).Value;
            all.AddRange(page.Items.Select(d => (d.Partition, d.Id, Declared.Text(d.Body), d.Etag)));
            next = page.Next;
        }
        while (next is not null);
        return all;
    }
}
