using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Azure.Cosmos;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

/// <summary>What the adapter says when Cosmos is busy, slow, gone or not as infra should have made it.</summary>
[Collection(EmulatorCollection.Name)]
public sealed class CosmosTroubleTests(AzureEmulators azure)
{
    private readonly Store store = Declared.Documents(TimeSpan.FromDays(30));

    private StoreRegistry Stores => new([store]);

    [Fact]
    public async Task A_throttled_call_says_when_to_come_back()
    {
        await azure.Cosmos.Create(Stores);
        using var documents = Before(r => IsDocument(r) ? Wire.Say(HttpStatusCode.TooManyRequests, ("x-ms-retry-after-ms", "1500"), ("x-ms-substatus", "3200")) : null);
        var later = TimeSpan.FromMilliseconds(1500);
        Assert.Equal(Outcome.Throttled<Document>(later), await documents.Get(store, "p", "a", default));
        Assert.Equal(Outcome.Throttled<Etag>(later), await documents.Put(store, "p", "a", Declared.Utf8("1"), Condition.None, null, default));
        Assert.Equal(Outcome.Throttled<bool>(later), await documents.Delete(store, "p", "a", Condition.None, default));
        Assert.Equal(Outcome.Throttled<Page<Document>>(later), await documents.Scan(store, null, 10, default));
        Assert.Equal(Outcome.Throttled<Page<Document>>(later), await documents.List(store, "p", null, 10, default));
    }

    /// <summary>The SDK's gateway connection sends one request up to three times by itself; the setting counts on top of that.</summary>
    [Fact]
    public async Task A_throttled_call_is_repeated_as_often_as_configured()
    {
        await azure.Cosmos.Create(Stores);
        var once = await CallsWith(retries: 0);
        Assert.Equal((2 * once, 4 * once), (await CallsWith(retries: 1), await CallsWith(retries: 3)));

        async Task<int> CallsWith(int retries)
        {
            var calls = 0;
            using var documents = Before(
                r => IsDocument(r) && calls++ >= 0 ? Wire.Say(HttpStatusCode.TooManyRequests, ("x-ms-retry-after-ms", "1")) : null,
                azure.Cosmos.Options with { ThrottleRetries = retries, ThrottleWait = TimeSpan.FromSeconds(10) });
            Assert.Equal(Status.Throttled, (await documents.Put(store, "p", "a", Declared.Utf8("1"), Condition.None, null, default)).Status);
            return calls;
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, Status.Unavailable)]
    [InlineData(HttpStatusCode.Forbidden, Status.Unavailable)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, Status.TooLarge)]
    public async Task A_refusal_is_an_outcome(HttpStatusCode said, Status expected)
    {
        await azure.Cosmos.Create(Stores);
        using var documents = Before(r => IsDocument(r) ? Wire.Say(said) : null);
        Assert.Equal(expected, (await documents.Put(store, "p", "a", Declared.Utf8("1"), Condition.None, null, default)).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_answer_is_cut_by_the_deadline()
    {
        await azure.Cosmos.Create(Stores);
        var clock = new ManualClock();
        using var client = azure.Cosmos.Open(azure.Cosmos.Options, new Wire(async (_, _) => await new TaskCompletionSource<HttpResponseMessage>().Task));
        using var documents = new CosmosDocuments(Stores, azure.Cosmos.Options, clock, client);
        var getting = documents.Get(store, "p", "a", default).AsTask();
        clock.Advance(azure.Cosmos.Options.Deadline);
        Assert.Equal(Status.Unavailable, (await getting).Status);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_told_that_the_store_is_down()
    {
        await azure.Cosmos.Create(Stores);
        using var given = new CancellationTokenSource();
        using var documents = Before(r =>
        {
            if (IsDocument(r)) given.Cancel();
            return null;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await documents.Get(store, "p", "a", given.Token));
    }

    [Fact]
    public async Task An_emulator_that_stops_is_unavailable_and_not_an_exception()
    {
        var (emulator, addresses) = await Emulator.Start("cosmos.js", "Cosmos");
        using var own = new CosmosEmulator(addresses[0]);
        await own.Create(Stores);
        using var patient = new CosmosDocuments(Stores, own.Options, TimeProvider.System, own.Open(own.Options));
        using var documents = new CosmosDocuments(Stores, own.Options with { Deadline = TimeSpan.FromSeconds(1) }, TimeProvider.System, own.Open(own.Options));
        Assert.True((await patient.Put(store, "p", "a", Declared.Utf8("1"), Condition.None, null, default)).Ok);
        await emulator.DisposeAsync();
        Assert.Equal(Status.Unavailable, (await documents.Get(store, "p", "a", default)).Status);
        Assert.Equal(Status.Unavailable, (await documents.Put(store, "p", "a", Declared.Utf8("2"), Condition.None, null, default)).Status);
        Assert.Equal([$"Cosmos container '{store.Name}' cannot be reached"], await documents.Faults(default));
    }

    [Fact]
    public async Task A_container_that_is_missing_is_unavailable_and_never_an_empty_answer()
    {
        using var documents = new CosmosDocuments(Stores, azure.Cosmos.Options, TimeProvider.System, azure.Cosmos.Open(azure.Cosmos.Options));
        await azure.Cosmos.Create(new([]));
        Assert.Equal(Status.Unavailable, (await documents.Get(store, "p", "a", default)).Status);
        Assert.Equal(Status.Unavailable, (await documents.Delete(store, "p", "a", Condition.None, default)).Status);
        Assert.Equal(Status.Unavailable, (await documents.Scan(store, null, 10, default)).Status);
    }

    [Fact]
    public async Task The_check_at_start_names_everything_that_is_missing_or_misconfigured()
    {
        Store[] stores = [store, Declared.Documents(), Declared.Documents(), Declared.Documents(TimeSpan.FromDays(1)), Declared.Documents(), Declared.Blobs()];
        Database database = await azure.Cosmos.Client.CreateDatabaseIfNotExistsAsync(azure.Cosmos.Options.Database);
        await database.CreateContainerAsync(new(stores[0].Name, "/pk") { DefaultTimeToLive = 30 * 24 * 3600 });
        await database.CreateContainerAsync(new(stores[2].Name, "/pk"));
        await database.CreateContainerAsync(new(stores[3].Name, "/pk") { DefaultTimeToLive = -1 });
        await database.CreateContainerAsync(new(stores[4].Name, "/id") { DefaultTimeToLive = -1 });
        using var documents = new CosmosDocuments(new(stores), azure.Cosmos.Options, TimeProvider.System, azure.Cosmos.Open(azure.Cosmos.Options));
        Assert.Equal(
            [
                $"Cosmos container '{stores[1].Name}' is missing",
                $"Cosmos container '{stores[2].Name}' has time to live switched off; it must be -1",
                $"Cosmos container '{stores[3].Name}' has a time to live of -1 s; it must be 86400",
                $"Cosmos container '{stores[4].Name}' is not partitioned by /pk",
            ], await documents.Faults(default));
    }

    [Fact]
    public async Task What_calls_cost_and_what_was_throttled_is_measured_without_naming_anybody()
    {
        var seen = new List<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == "Personalization") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Note(i.Name, value, tags));
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i.Name, value, tags));
        listener.Start();
        using (var documents = await azure.Cosmos.Documents(Stores, TimeProvider.System))
            await documents.Put(store, "partition-secret", "id-secret", Declared.Utf8("body-secret"), Condition.None, null, default);
        using (var documents = Before(r => IsDocument(r) ? Wire.Say(HttpStatusCode.TooManyRequests) : null))
            await documents.Get(store, "partition-secret", "id-secret", default);
        Assert.Contains(seen, s => s is ("personalization.cosmos.request_charge", 1.0, _));
        Assert.Contains(seen, s => s.Name == "personalization.store.throttles");
        Assert.DoesNotContain(seen, s => s.Tags.Contains("secret", StringComparison.Ordinal));

        void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = string.Join(' ', tags.ToArray().Select(t => t.ToString()));
            if (text.Contains($"[store, {store.Name}]", StringComparison.Ordinal)) lock (seen) seen.Add((name, value, text));
        }
    }

    private static bool IsDocument(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.Contains("/docs", StringComparison.Ordinal);

    private CosmosDocuments Before(Func<HttpRequestMessage, HttpResponseMessage?> fault, CosmosOptions? options = null)
    {
        options ??= azure.Cosmos.Options;
        return new(Stores, options, TimeProvider.System, azure.Cosmos.Open(options, Wire.Before(fault)));
    }
}
