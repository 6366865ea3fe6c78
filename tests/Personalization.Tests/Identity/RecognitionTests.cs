using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Audit;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Events;

namespace Personalization.Tests.Identity;

/// <summary>Recognizing holds over rotations, between processes that know of them at different times, and when a store fails in the middle.</summary>
public sealed class RecognitionTests : IAsyncDisposable
{
    private static readonly SaltOptions Options = SaltOptions.Read(new([]));

    private readonly Meter meter = new("recognition");
    private readonly ManualClock clock = new();
    private readonly MemorySecrets secrets = new();
    private readonly EmbeddedStorage storage;
    private readonly Salts salts;

    public RecognitionTests()
    {
        storage = InMemory.Storage(clock);
        salts = Meeting.Salts(storage.Documents, clock, secrets, Options);
    }

    /// <summary>An instance that had no call for hours must not answer its first one by the epochs of before.</summary>
    [Fact]
    public async Task A_process_that_was_idle_over_a_rotation_finds_who_came_meanwhile()
    {
        var (awake, asleep) = (Meeting.People(storage.Documents, clock, salts), Meeting.People(storage.Documents, clock, Meeting.Salts(storage.Documents, clock, secrets, Options)));
        clock.Advance(TimeSpan.FromDays(30));
        await Meeting.Keeper(storage, clock, salts, meter).Tend(default);
        clock.Advance(TimeSpan.FromHours(2));
        var met = awake.Of(null, "new");
        Assert.Equal(met, asleep.Of(null, "new"));
    }

    [Fact]
    public async Task Who_cannot_be_carried_over_because_nothing_can_be_written_is_known_all_the_same()
    {
        var full = new FailingDocuments(storage.Documents, s => s == Links.Store || s == Aliases.Store) { Reads = true };
        var people = Meeting.People(full, clock, salts);
        var ann = people.Of("ann", null);
        clock.Advance(TimeSpan.FromDays(30));
        await Meeting.Keeper(storage, clock, salts, meter).Tend(default);
        full.Down = true;
        Assert.Equal(ann, await people.Find("ann", null, default));
        full.Down = false;
        clock.Advance(TimeSpan.FromDays(30));
        Assert.Null(await people.Find("ann", null, default));
    }

    /// <summary>Load balanced: the answer of one instance brings a token, and the next call goes to another.</summary>
    [Fact]
    public async Task A_token_given_out_right_after_a_rotation_is_no_forgery_to_the_process_next_to_it()
    {
        var (one, other) = (Meeting.People(storage.Documents, clock, salts), Meeting.People(storage.Documents, clock, Meeting.Salts(storage.Documents, clock, secrets, Options)));
        clock.Advance(TimeSpan.FromDays(30));
        _ = other.Epochs;
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await Meeting.Keeper(storage, clock, salts, meter).Tend(default);
        var token = (await one.Meet(null, null, default)).Token;
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(other.Fault(null, token));
    }

    /// <summary>A sender's clock may be five minutes ahead.</summary>
    [Fact]
    public async Task An_event_of_a_clock_that_is_ahead_is_still_a_resend_after_a_rotation()
    {
        await using var sending = new Sending();
        sending.Clock.Advance(TimeSpan.FromDays(1));
        var body = Sending.View("e1", more: $",\"time\":\"{sending.Clock.GetUtcNow().AddMinutes(3):yyyy-MM-ddTHH:mm:ssZ}\"");
        Assert.Equal("accepted", (await sending.One(body)).Status);
        await sending.Rotate(TimeSpan.FromMinutes(1));
        Assert.Equal("duplicate", (await sending.One(body)).Status);
    }

    /// <summary>The same event, sent again to a process that has not heard of the rotation yet.</summary>
    [Fact]
    public async Task Two_processes_call_an_event_of_now_the_same_right_after_a_rotation()
    {
        var other = Meeting.Salts(storage.Documents, clock, secrets, Options);
        clock.Advance(TimeSpan.FromDays(30));
        await Meeting.Keeper(storage, clock, salts, meter).Tend(default);
        clock.Advance(TimeSpan.FromSeconds(5));
        var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(other.Now.NamesAt(at), salts.Now.NamesAt(at));
    }

    /// <summary>However many other identifiers are carried over first, there is room for the one that matters.</summary>
    [Fact]
    public async Task Somebody_with_many_browsers_is_not_lost_by_a_rotation()
    {
        var aliases = Meeting.Aliases(storage, clock, salts);
        var keeper = Meeting.Keeper(storage, clock, salts, meter);
        var ann = (await aliases.Meet(Id(Namespaces.User, "ann"), default, null, default)).Subject;
        for (var i = 0; i < 40; i++) Assert.Equal(ann, (await aliases.Meet(Id(Namespaces.Visitor, $"v{i}"), default, ann, default)).Subject);
        clock.Advance(TimeSpan.FromDays(30));
        await keeper.Tend(default);
        clock.Advance(TimeSpan.FromDays(1));
        for (var i = 0; i < 64; i++) await aliases.Meet(Id(Namespaces.Visitor, $"v{i}"), default, ann, default);
        Assert.Equal(ann, (await aliases.Meet(Id(Namespaces.User, "ann"), default, null, default)).Subject);
    }

    /// <summary>What finds no room is not done.</summary>
    [Fact]
    public async Task A_merge_that_is_answered_as_full_joins_nobody()
    {
        var log = new IdentityLog(storage.Documents, clock);
        var linker = new Linker(log, Meeting.Rules);
        var (browser, ann, now) = (new Subject(1), new Subject(2), clock.GetUtcNow());
        var book = salts.Now.Current.Book;
        var weak = Enumerable.Range(0, IdentityLog.MaxEvents).Select(i => (IdentityEvent)new Linked(now, browser, 1000 + (ulong)i, new("device", 0, false, now))).ToList();
        Assert.Equal(Appended.Done, await log.Append(browser, book, weak, null, default));
        clock.Advance(TimeSpan.FromMinutes(1));
        var decision = await linker.Link(new(browser, 7, ann, Blocked: false, new("user", 1, Authenticated: true, clock.GetUtcNow())), book, null, null, default);
        Assert.IsType<LinkDecision.Full>(decision);
        Assert.False((await linker.Graph([ann], default)).ClusterOf(ann).Contains(browser));
    }

    [Fact]
    public async Task A_merge_is_told_to_the_audit_log_also_where_that_failed_at_first()
    {
        var people = Meeting.People(storage.Documents, clock, salts);
        var broken = new FailingDocuments(storage.Documents, AuditStore);
        var rules = new Linker(new(storage.Documents, clock), Meeting.Rules);
        var signIns = new SignIns(people, Meeting.Aliases(storage, clock, salts), rules, storage.Persons(clock), InMemory.Audit(storage, clock, meter, broken), clock, meter);
        people.Of(null, "laptop");
        broken.Down = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await signIns.Link(Id(Namespaces.User, "ann"), Id(Namespaces.Visitor, "laptop"), 1, default));
        broken.Down = false;
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await signIns.Link(Id(Namespaces.User, "ann"), Id(Namespaces.Visitor, "laptop"), 2, default);
        }

        var ann = people.Of("ann", null);
        Assert.True((await rules.Graph([ann], default)).ClusterOf(ann).Contains(people.Of(null, "laptop")));
        Assert.Contains(await InMemory.Entries(InMemory.Audit(storage, clock, meter)), e => e.Type == AuditTypes.Merged);
    }

    [Fact]
    public async Task A_rotation_is_told_to_the_audit_log_also_where_that_failed_at_first()
    {
        var broken = new FailingDocuments(storage.Documents, AuditStore) { Down = true };
        var keeper = new SaltKeeper(salts, Meeting.Aliases(storage, clock, salts), InMemory.Audit(storage, clock, meter, broken), clock);
        clock.Advance(TimeSpan.FromDays(30));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await keeper.Tend(default));
        broken.Down = false;
        await keeper.Tend(default);
        Assert.Equal(2, salts.Now.Current.Number);
        Assert.Contains(await InMemory.Entries(InMemory.Audit(storage, clock, meter)), e => e.Type == AuditTypes.SaltRotated);
    }

    [Fact]
    public async Task A_salt_the_vault_keeps_recoverable_is_not_told_as_destroyed_after_a_retry()
    {
        var vault = new RecoverableSecrets(secrets);
        var own = Meeting.Salts(storage.Documents, clock, vault, Options);
        var broken = new FailingDocuments(storage.Documents, AuditStore);
        var keeper = new SaltKeeper(own, Meeting.Aliases(storage, clock, own), InMemory.Audit(storage, clock, meter, broken), clock);
        clock.Advance(TimeSpan.FromDays(30));
        await keeper.Tend(default);
        clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(20));
        await own.RotateNow(TimeSpan.FromDays(30), default);
        clock.Advance(TimeSpan.FromMinutes(20));
        broken.Down = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await keeper.Tend(default));
        broken.Down = false;
        await keeper.Tend(default);
        var told = Assert.Single(await InMemory.Entries(InMemory.Audit(storage, clock, meter)), e => e.Type == AuditTypes.SaltDestroyed);
        Assert.Equal("recoverable until the vault purges it", told.Open["how"]);
    }

    /// <summary>Also where it was entered by a process that had not heard of the emergency.</summary>
    [Fact]
    public async Task No_alias_outlives_its_salt()
    {
        var late = Meeting.Salts(storage.Documents, clock, secrets, Options);
        var keeper = Meeting.Keeper(storage, clock, salts, meter);
        Assert.Equal(Rotation.Done, await keeper.Rotate(TimeSpan.Zero, default));
        clock.Advance(TimeSpan.FromSeconds(5));
        await Meeting.Aliases(storage, clock, late).Meet(Id(Namespaces.User, "ann"), default, null, default);
        for (var i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await keeper.Tend(default);
        }

        Assert.Empty((await storage.Documents.Scan(Aliases.Store, null, 10, default)).Value.Items);
    }

    public ValueTask DisposeAsync()
    {
        meter.Dispose();
        return storage.DisposeAsync();
    }

    private static bool AuditStore(Store store) => store.Name.StartsWith("audit", StringComparison.Ordinal);

    private static Identifier Id(Namespace space, string text) => new(space, Encoding.UTF8.GetBytes(text));

    private sealed class FailingDocuments(IDocuments inner, Func<Store, bool> fails) : IDocuments
    {
        public bool Down { get; set; }

        /// <summary>Whether what is there can still be read.</summary>
        public bool Reads { get; init; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) =>
            Down && !Reads && fails(store) ? new(Outcome.Failed<Document>(Status.Unavailable)) : inner.Get(store, partition, id, stop);

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
            Down && fails(store) ? new(Outcome.Failed<Etag>(Status.Unavailable)) : inner.Put(store, partition, id, body, when, expiry, stop);

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) =>
            Down && fails(store) ? new(Outcome.Failed<Page<Document>>(Status.Unavailable)) : inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }

    /// <summary>As Key Vault with purge protection has it: gone at the first delete, not there at the second, recoverable for weeks.</summary>
    private sealed class RecoverableSecrets(ISecrets inner) : ISecrets
    {
        public ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop) => inner.Get(name, stop);

        public ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop) => inner.Put(name, value, when, stop);

        public async ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop) =>
            (await inner.Delete(name, stop)).Ok ? Outcome.Ok(false) : Outcome.Failed<bool>(Status.NotFound);
    }
}
