using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Events;
using Personalization.Functions;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Workflows;
using Personalization.Identity;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>The whole application in memory, its clock, its stream and its workflows driven by hand.</summary>
internal sealed class PrivacyWorld : IAsyncDisposable
{
    private readonly State state;
    private readonly (string Key, string Value)[] settings;
    private OwnCalls calls = null!;
    private HubRunner runner = null!;
    private TaskHub hub = null!;

    private PrivacyWorld(ManualClock clock, State state, (string Key, string Value)[] settings) => (Clock, this.state, this.settings) = (clock, state, settings);

    public ManualClock Clock { get; }

    public Composition Parts { get; private set; } = null!;

    public EmbeddedStorage Storage => state.Embedded!;

    public RequestBook Book => new(state.Documents, Clock);

    public People People => new(state.Salts, new(state.Documents, state.Salts, new(state.Documents, Clock), Clock), Clock);

    public static async Task<PrivacyWorld> Open(params (string Key, string Value)[] settings)
    {
        var clock = new ManualClock();
        var world = new PrivacyWorld(clock, await State.InMemory(Composition.Stores, clock), settings);
        await world.Start(null);
        return world;
    }

    /// <summary>The same on disk.</summary>
    public static async Task<PrivacyWorld> OpenIn(string directory, params (string Key, string Value)[] settings)
    {
        var clock = new ManualClock();
        settings = [.. settings, ("Storage__Directory", directory)];
        var options = AppOptions.Read(new Settings(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))));
        var world = new PrivacyWorld(clock, await State.Open(options.State, Composition.Stores, clock), settings);
        await world.Start(null);
        return world;
    }

    /// <summary>The same on files that a test has in its hand.</summary>
    public static async Task<PrivacyWorld> Over(IFiles files, ManualClock clock, MemorySecrets secrets, params (string Key, string Value)[] settings)
    {
        var storage = EmbeddedStorage.Open(files, CrashWorkload.Options, Composition.Stores, clock);
        var salts = await Salts.Open(storage.Documents, secrets, clock, SaltOptions.Read(new([])), default);
        var world = new PrivacyWorld(clock, new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, secrets, salts, storage, storage), settings);
        await world.Start(null);
        return world;
    }

    /// <summary>Another process over the same stores; with one that dies, what it does ends with it.</summary>
    public Task Start(MortalStorage? mortal) => Start(mortal, mortal, mortal, stream: mortal?.Stream);

    /// <param name="documents">In the place of the ones there are.</param>
    /// <param name="blobs">The same.</param>
    /// <param name="ledger">The same.</param>
    /// <param name="stream">The same.</param>
    /// <param name="twice">Whether every turn is asked for twice and every activity done twice, as a host does after a crash.</param>
    public async Task Start(IDocuments? documents, IBlobs? blobs, ILedger? ledger = null, IStream? stream = null, bool twice = false)
    {
        var options = AppOptions.Read(new Settings(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))));
        // The one before is dead; what measures it would keep all of it in memory.
        Parts?.Meter.Dispose();
        Parts = Composition.Build(options, state with { Documents = documents ?? state.Documents, Blobs = blobs ?? state.Blobs, Ledger = ledger ?? state.Ledger, Stream = stream ?? state.Stream }, Clock);
        await Parts.Preload();
        calls = new(() => Parts.Table, options.Http);
        hub = new(twice ? new FunctionTable(Parts.Table.All.Select(Twice)) : Parts.Table, Parts.Instances, Parts.Agenda, new(Parts.Meter, Clock, NullLogger<Invocations>.Instance), options.Workflows, Clock, Parts.Meter, NullLogger<TaskHub>.Instance);
        runner = new(hub, Parts.Agenda, options.Workflows, Clock, NullLogger<HubRunner>.Instance);
        try { await hub.Recover(default); }
        // It died of it.
        catch (StoreUnavailableException) when (documents is not null) { }
    }

    private static Function Twice(Function function) => function.Trigger switch
    {
        Trigger.Orchestration o => function with
        {
            Trigger = new Trigger.Orchestration(async (request, stop) =>
            {
                var answer = await o.Handle(request, stop);
                Assert.Equal(answer, await o.Handle(request, stop));
                return answer;
            }),
        },
        // The first answer is lost, and so is what it knew.
        Trigger.Activity a => function with
        {
            Trigger = a with
            {
                Handle = async (input, stop) =>
                {
                    await a.Handle(input, stop);
                    return await a.Handle(input, stop);
                },
            },
        },
        _ => function,
    };

    public async Task<JsonElement> Call(string method, string route, string? body, int expected, params (string Name, string Value)[] values)
    {
        var (status, json) = await calls.Call(method, route, body, default, values);
        Assert.True(status == expected, $"{method} {route}: {status} {json}");
        return json ?? default;
    }

    public ValueTask<(int Status, JsonElement? Body)> Try(string method, string route, string? body, params (string Name, string Value)[] values) => calls.Call(method, route, body, default, values);

    public Task<JsonElement> Ask(string body, int expected = 201) => Call("POST", "privacy/requests", body, expected);

    public Task<JsonElement> Look(string id, int expected = 200) => Call("GET", "privacy/requests/{id}", null, expected, ("id", id));

    public Task<JsonElement> Do(string verb, string id, string? body = null, int expected = 200) => Call("POST", $"privacy/requests/{{id}}/{verb}", body, expected, ("id", id));

    public Task<JsonElement> Cancel(string id, int expected = 200) => Call("DELETE", "privacy/requests/{id}", null, expected, ("id", id));

    public async Task<string> Status(string id) => (await Look(id)).GetProperty("status").GetString()!;

    public static string Erasure(string id, string who = "\"user\":\"u\"", string more = "") => $$"""{"id":"{{id}}","type":"erasure",{{who}}{{more}}}""";

    /// <summary>Whatever workflows have to do by now.</summary>
    public Task Settle(Func<int, int>? pick = null) => runner.Settle(default, pick);

    public async Task Pass(TimeSpan time)
    {
        Clock.Advance(time);
        await Settle();
    }

    /// <summary>The same, but stops on the way wherever a workflow has something to do.</summary>
    public async Task Follow(TimeSpan time, Func<bool> dead)
    {
        for (var end = Clock.GetUtcNow() + time; Clock.GetUtcNow() < end && !dead();)
        {
            var due = Math.Min(Parts.Agenda.NextDue, end.UtcTicks);
            await Pass(TimeSpan.FromTicks(Math.Max(1, due - Clock.GetUtcNow().UtcTicks)));
        }
    }

    /// <summary>Until nothing is waited for but people.</summary>
    public async Task Finish(int days = 3)
    {
        for (var hour = 0; hour < days * 24; hour++) await Pass(TimeSpan.FromHours(1));
    }

    public Task Tend() => ((Trigger.Timer)Parts.Table.Find("TendRequests")!.Trigger).Handle(new(null, null, null, false), default).AsTask();

    /// <summary>Somebody who agreed to everything, was here, bought and searched, and signed in.</summary>
    public async Task Live(string user, string visitor, bool apply = true)
    {
        await Call("PUT", "consent", $$"""{"user":"{{user}}","purposes":{"personalization":true,"sensitive":true,"location":true,"crossDevice":true},"source":"s","noticeVersion":"1","region":"DE"}""", 200);
        await Call("PUT", "consent", $$"""{"visitor":"{{visitor}}","purposes":{"personalization":true,"sensitive":true,"location":true,"crossDevice":true},"source":"s","noticeVersion":"1"}""", 200);
        const string All = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true}""";
        await Call("PUT", "catalog/items", """[{"id":"boot","category":"footwear"},{"id":"tent","category":"camping"}]""", 200);
        var events = string.Join(',',
            Sending.View($"{visitor}-1", visitor, consent: All), Sending.View($"{visitor}-2", visitor, consent: All, more: $",\"user\":\"{user}\""),
            Sending.View($"{visitor}-3", visitor, consent: All, more: ",\"query\":\"a tent for camping\"").Replace("view", "search", StringComparison.Ordinal),
            Sending.View($"{user}-4", visitor, "tent", All, $",\"user\":\"{user}\",\"value\":50,\"currency\":\"EUR\",\"context\":{{\"region\":\"DE\"}}").Replace("view", "purchase", StringComparison.Ordinal));
        await Call("POST", "events", $"[{events}]", 202);
        if (apply) await Apply();
    }

    /// <summary>Everything in the stream, from the beginning, takes its effect, if it has had none.</summary>
    public async Task Apply()
    {
        for (var partition = 0; partition < Storage.Stream.Partitions; partition++)
        {
            var records = Storage.Stream.Read(StreamedEvent.Hub, partition, 0, int.MaxValue).Records;
            if (records.Count > 0) await Parts.Featurizer.Apply(new(StreamedEvent.Hub.Name, $"{partition}", records, 0), default);
        }
    }

    /// <summary>Every document there is.</summary>
    public async Task<IReadOnlyList<(string Store, Document Document)>> Documents()
    {
        var all = new List<(string, Document)>();
        foreach (var store in Composition.Stores.All.Where(s => s.Kind == StoreKind.Documents))
            for (string? next = null; ;)
            {
                var page = (await state.Documents.Scan(store, next, 1000, default)).Value;
                all.AddRange(page.Items.Select(d => (store.Name, d)));
                if ((next = page.Next) is null) break;
            }

        return all;
    }

    public IDocuments Raw => state.Documents;

    public IBlobs Blobs => state.Blobs;

    public ValueTask DisposeAsync()
    {
        Parts.Meter.Dispose();
        return state.DisposeAsync();
    }
}
