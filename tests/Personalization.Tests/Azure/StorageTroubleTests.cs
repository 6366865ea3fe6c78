using System.Net;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

/// <summary>What tables and blobs say when the storage account is busy, slow, gone, dishonest or not as infra should have made it.</summary>
[Collection(EmulatorCollection.Name)]
public sealed class StorageTroubleTests(AzureEmulators azure)
{
    private readonly Store ledger = Declared.Ledger();
    private readonly Store folder = Declared.Blobs();

    private StoreRegistry Stores => new([ledger, folder]);

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, Status.Throttled)]
    [InlineData(HttpStatusCode.ServiceUnavailable, Status.Throttled)]
    [InlineData(HttpStatusCode.InternalServerError, Status.Unavailable)]
    [InlineData(HttpStatusCode.Forbidden, Status.Unavailable)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, Status.TooLarge)]
    public async Task A_refusal_is_an_outcome_on_every_call(HttpStatusCode said, Status expected)
    {
        var (tables, blobs) = Over(new Wire((_, _) => Task.FromResult(Wire.Say(said, ("Retry-After", "3")))));
        var later = TimeSpan.FromSeconds(expected == Status.Throttled ? 3 : 0);
        Assert.Equal((expected, later), Told(await tables.Append(ledger, "p", 0, [Declared.Utf8("1")], default)));
        Assert.Equal((expected, later), Told(await tables.Append(ledger, "p", 7, [Declared.Utf8("1")], default)));
        Assert.Equal((expected, later), Told(await tables.Read(ledger, "p", 0, 10, default)));
        Assert.Equal((expected, later), Told(await blobs.Put(folder, "a", Declared.Utf8("1"), default)));
        Assert.Equal((expected, later), Told(await blobs.Get(folder, "a", default)));
        Assert.Equal((expected, later), Told(await blobs.Head(folder, "a", default)));
        Assert.Equal((expected, later), Told(await blobs.Delete(folder, "a", default)));
        Assert.Equal((expected, later), Told(await blobs.List(folder, "", null, 10, default)));
    }

    [Fact]
    public async Task A_broken_connection_is_unavailable()
    {
        var (tables, blobs) = Over(new Wire((_, _) => throw new HttpRequestException("the connection broke")));
        Assert.Equal(Status.Unavailable, (await tables.Read(ledger, "p", 0, 10, default)).Status);
        Assert.Equal(Status.Unavailable, (await blobs.Get(folder, "a", default)).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_answer_is_cut_by_the_deadline()
    {
        var clock = new ManualClock();
        var (tables, blobs) = Over(new Wire(async (_, _) => await new TaskCompletionSource<HttpResponseMessage>().Task), clock);
        var (reading, getting) = (tables.Read(ledger, "p", 0, 10, default).AsTask(), blobs.Get(folder, "a", default).AsTask());
        clock.Advance(azure.Storage.Options.BlobDeadline);
        Assert.Equal((Status.Unavailable, Status.Unavailable), ((await reading).Status, (await getting).Status));
    }

    [Fact]
    public async Task A_blob_that_changed_on_its_way_is_not_passed_on()
    {
        await azure.Storage.Create(Stores);
        var honest = new BlobStore(Stores, azure.Storage.Blobs());
        await honest.Put(folder, "a", Declared.Utf8("as written"), default);
        var tampered = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Declared.Utf8("as wriTTen")) };
        tampered.Content.Headers.ContentMD5 = Convert.FromBase64String("AAAAAAAAAAAAAAAAAAAAAA==");
        var (_, blobs) = Over(new Wire((_, _) => Task.FromResult(tampered)));
        Assert.Equal(Status.Unavailable, (await blobs.Get(folder, "a", default)).Status);
        Assert.True((await honest.Get(folder, "a", default)).Ok);
    }

    [Fact]
    public async Task The_service_checks_what_it_was_sent()
    {
        await azure.Storage.Create(Stores);
        var spoiling = Wire.Before(request =>
        {
            var other = new ByteArrayContent(Declared.Utf8("as wriTTen"));
            foreach (var (name, value) in request.Content!.Headers) other.Headers.TryAddWithoutValidation(name, value);
            request.Content = other;
            return null;
        });
        spoiling.InnerHandler = new HttpClientHandler();
        Assert.Equal(Status.Unavailable, (await new BlobStore(Stores, azure.Storage.Blobs(spoiling.Transport)).Put(folder, "a", Declared.Utf8("as written"), default)).Status);
        Assert.Equal(Status.NotFound, (await new BlobStore(Stores, azure.Storage.Blobs()).Head(folder, "a", default)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("s1/../s2/export")]
    [InlineData("./a")]
    public async Task A_name_that_leads_out_of_its_folder_is_refused(string name)
    {
        var (_, blobs) = Over(new Wire((_, _) => throw new InvalidOperationException("sent")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await blobs.Get(folder, name, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await blobs.Put(folder, name, Declared.Utf8("1"), default));
    }

    [Fact]
    public async Task An_append_whose_second_row_was_refused_leaves_the_first_and_can_be_repeated()
    {
        await azure.Storage.Create(Stores);
        var posts = 0;
        var wire = Wire.Before(r => r.Method == HttpMethod.Post && ++posts == 2 ? Wire.Say(HttpStatusCode.ServiceUnavailable) : null);
        wire.InnerHandler = new HttpClientHandler();
        var tables = new TableLedger(Stores, azure.Storage.Tables(wire.Transport));
        ReadOnlyMemory<byte>[] rows = [Declared.Utf8("a"), Declared.Utf8("b"), Declared.Utf8("c")];
        Assert.Equal(Status.Throttled, (await tables.Append(ledger, "p", 0, rows, default)).Status);
        Assert.Single((await tables.Read(ledger, "p", 0, 10, default)).Value);
        Assert.Equal(Outcome.Ok(3L), await tables.Append(ledger, "p", 0, rows, default));
        Assert.Equal(["a", "b", "c"], (await tables.Read(ledger, "p", 0, 10, default)).Value.Select(r => Declared.Text(r.Body)));
    }

    [Fact]
    public async Task A_long_range_is_read_over_the_services_pages()
    {
        await azure.Storage.Create(Stores);
        var tables = new TableLedger(Stores, azure.Storage.Tables());
        await tables.Append(ledger, "p", 0, [.. Enumerable.Range(0, 1_100).Select(n => new ReadOnlyMemory<byte>(Declared.Utf8($"{n}")))], default);
        var rows = (await tables.Read(ledger, "p", 0, 5_000, default)).Value;
        Assert.Equal(Enumerable.Range(0, 1_100).Select(n => (long)n), rows.Select(r => r.Sequence));
    }

    [Fact]
    public async Task A_table_or_container_that_is_missing_is_unavailable_and_never_an_empty_answer()
    {
        var (tables, blobs) = (new TableLedger(Stores, azure.Storage.Tables()), new BlobStore(Stores, azure.Storage.Blobs()));
        Assert.Equal(Status.Unavailable, (await tables.Read(ledger, "p", 0, 10, default)).Status);
        Assert.Equal(Status.Unavailable, (await tables.Append(ledger, "p", 0, [Declared.Utf8("1")], default)).Status);
        Assert.Equal(Status.Unavailable, (await blobs.Get(folder, "a", default)).Status);
        Assert.Equal(Status.Unavailable, (await blobs.Delete(folder, "a", default)).Status);
        Assert.Equal(Status.Unavailable, (await blobs.Head(folder, "a", default)).Status);
    }

    [Fact]
    public async Task The_check_at_start_names_everything_that_is_missing()
    {
        await azure.Storage.Create(Stores);
        var (otherTable, otherFolder) = (Declared.Ledger(), Declared.Blobs());
        var stores = new StoreRegistry([ledger, folder, otherTable, otherFolder, Declared.Documents()]);
        Assert.Equal([$"Table '{otherTable.Name}' is missing"], await new TableLedger(stores, azure.Storage.Tables()).Faults(default));
        Assert.Equal([$"Blob container '{otherFolder.Name}' is missing"], await new BlobStore(stores, azure.Storage.Blobs()).Faults(default));
    }

    [Fact]
    public async Task An_emulator_that_stops_is_unavailable_and_not_an_exception()
    {
        var (emulator, addresses) = await Emulator.Start("storage.js", "Blob", "Table");
        var own = new StorageEmulator(addresses[0], addresses[1]);
        await own.Create(Stores);
        var (tables, blobs) = (new TableLedger(Stores, own.Tables()), new BlobStore(Stores, own.Blobs()));
        Assert.True((await tables.Append(ledger, "p", 0, [Declared.Utf8("1")], default)).Ok);
        await emulator.DisposeAsync();
        Assert.Equal(Status.Unavailable, (await tables.Read(ledger, "p", 0, 10, default)).Status);
        Assert.Equal(Status.Unavailable, (await blobs.Put(folder, "a", Declared.Utf8("1"), default)).Status);
        Assert.Equal([$"Table '{ledger.Name}' cannot be reached"], await tables.Faults(default));
    }

    [Fact]
    public async Task Without_a_key_the_applications_identity_signs_in()
    {
        var identity = new FakeIdentity(TimeSpan.FromHours(1));
        var seen = new List<string>();
        var wire = new Wire((r, _) =>
        {
            seen.Add(r.Headers.Authorization!.ToString());
            return Task.FromResult(Wire.Say(HttpStatusCode.NotFound));
        });
        var options = new StorageOptions { Blobs = new("https://a.blob.core.windows.net"), Tables = new("https://a.table.core.windows.net") };
        await new BlobStore(Stores, StorageAccount.Blobs(options, identity, TimeProvider.System, wire.Transport)).Get(folder, "a", default);
        await new TableLedger(Stores, StorageAccount.Tables(options, identity, TimeProvider.System, wire.Transport)).Read(ledger, "p", 0, 1, default);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], seen);
        Assert.Equal(["https://storage.azure.com/.default", "https://storage.azure.com/.default"], identity.Scopes);
    }

    private static (Status, TimeSpan) Told<T>(Outcome<T> outcome) => (outcome.Status, outcome.RetryAfter);

    private (TableLedger Tables, BlobStore Blobs) Over(Wire wire, TimeProvider? clock = null) =>
        (new(Stores, azure.Storage.Tables(wire.Transport, clock)), new(Stores, azure.Storage.Blobs(wire.Transport, clock)));
}
