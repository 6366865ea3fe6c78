using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Consent;
using Personalization.Tests.Identity;
using Personalization.Tests.Profiles;
using Personalization.Vault;
using Folk = Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Vault;

/// <summary>Nothing of the vault is read without a pass, the person's consent of this moment, and a row that says so.</summary>
public sealed class VaultDeskTests : IAsyncDisposable
{
    private readonly Meter meter = new("vault");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly WatchedDocuments documents;
    private readonly BrokenTail tail;
    private readonly Salts salts;
    private readonly People people;

    public VaultDeskTests()
    {
        storage = InMemory.Storage(clock);
        (documents, tail) = (new(storage.Documents), new(storage.Documents));
        salts = Meeting.Salts(storage.Documents, clock);
        people = Meeting.People(storage.Documents, clock, salts);
    }

    [Fact]
    public async Task It_is_read_with_a_pass_and_consent_and_the_row_says_what_for()
    {
        await Buy("v", 1);
        await Consent("v", true);
        var answer = await Desk().Read(Pass("v"), default);
        Assert.Equal(VaultOutcome.Read, answer.Outcome);
        Assert.True(answer.Features!.Purchases.Contains(Behaviour.Item(1), Behaviour.Now));
        var row = Assert.Single(await Rows("v"));
        Assert.Equal((clock.GetUtcNow(), "training", "read"), (row.At, row.Open["purpose"], row.Open["outcome"]));
        Assert.Equal(16, row.Open["pass"].Length);
    }

    [Fact]
    public async Task A_pass_opens_the_vault_of_its_person_alone()
    {
        await Buy("one", 1);
        await Buy("other", 2);
        await Consent("one", true);
        await Consent("other", true);
        var features = (await Desk().Read(Pass("one"), default)).Features!;
        Assert.True(features.Purchases.Contains(Behaviour.Item(1), Behaviour.Now));
        Assert.False(features.Purchases.Contains(Behaviour.Item(2), Behaviour.Now));
        Assert.Empty(await Rows("other"));
    }

    [Fact]
    public async Task Of_a_member_who_was_erased_nothing_that_is_still_there_is_read_and_nobody_is_told_it_was()
    {
        await Joined("phone", "laptop");
        var pass = Pass("laptop");
        Assert.Equal((true, true), Bought((await Desk().Read(pass, default)).Features!));
        Assert.Single(await Rows("phone"));
        await new Tombstones(storage.Documents).Raise(people.Of(null, "phone"), TimeSpan.FromDays(3), clock.GetUtcNow(), default);
        documents.VaultReads = 0;
        Assert.Equal((false, true), Bought((await Desk().Read(pass, default)).Features!));
        Assert.Equal(1, documents.VaultReads);
        Assert.Single(await Rows("phone"));
        Assert.Equal(2, (await Rows("laptop")).Count);

        static (bool Phones, bool Laptops) Bought(VaultFeatures features) =>
            (features.Purchases.Contains(Behaviour.Item(1), Behaviour.Now), features.Purchases.Contains(Behaviour.Item(2), Behaviour.Now));
    }

    [Fact]
    public async Task Every_read_and_every_refused_one_has_a_row_of_its_own()
    {
        await Buy("v", 1);
        await Consent("v", true);
        var pass = Pass("v");
        await Desk().Read(pass, default);
        await Desk().Read(pass, default);
        await Consent("v", false);
        Assert.Equal(VaultOutcome.NoConsent, (await Desk().Read(pass, default)).Outcome);
        Assert.Equal(["read", "read", "refused"], (await Rows("v")).Select(r => r.Open["outcome"]));
        Assert.Single((await Rows("v")).Select(r => r.Open["pass"]).Distinct());
    }

    [Theory]
    [InlineData("personalization"), InlineData("sensitive"), InlineData("training")]
    public async Task Without_consent_to_the_vault_and_to_what_the_pass_is_for_nothing_is_read(string refused)
    {
        await Buy("v", 1);
        await Consent("v", true);
        await Desk(consents: true).Put(new() { Visitor = "v", Source = "s", NoticeVersion = "1", Purposes = new() { Personalization = refused != "personalization", Sensitive = refused != "sensitive", Training = refused != "training" } }, default, default);
        documents.VaultReads = 0;
        Assert.Equal(VaultOutcome.NoConsent, (await Desk().Read(Pass("v"), default)).Outcome);
        Assert.Equal(0, documents.VaultReads);
    }

    [Fact]
    public async Task Somebody_who_was_never_asked_has_not_consented()
    {
        await Buy("v", 1);
        Assert.Equal(VaultOutcome.NoConsent, (await Desk().Read(Pass("v"), default)).Outcome);
        Assert.Equal("refused", Assert.Single(await Rows("v")).Open["outcome"]);
    }

    [Theory]
    [InlineData(nameof(BrokenTail.Appends)), InlineData(nameof(BrokenTail.Reads)), InlineData(nameof(BrokenTail.Conflicts))]
    public async Task A_log_that_fails_means_that_nothing_is_read(string what)
    {
        await Buy("v", 1);
        await Consent("v", true);
        documents.VaultReads = 0;
        (tail.Appends, tail.Reads, tail.Conflicts) = (what == nameof(tail.Appends), what == nameof(tail.Reads), what == nameof(tail.Conflicts));
        var reading = Desk().Read(Pass("v"), default).AsTask();
        while (!reading.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.StartsWith("audit", (await Assert.ThrowsAsync<StoreUnavailableException>(() => reading)).Store, StringComparison.Ordinal);
        Assert.Equal(0, documents.VaultReads);
        Assert.Empty(await Rows("v"));
    }

    [Fact]
    public async Task Without_a_pass_nothing_is_asked_of_anybody()
    {
        Assert.Equal(VaultOutcome.NoPass, (await Desk().Read("", default)).Outcome);
        var pass = Pass("v");
        clock.Advance(VaultPass.Longest);
        Assert.Equal(VaultOutcome.NoPass, (await Desk().Read(pass, default)).Outcome);
        Assert.Equal(0, documents.VaultReads);
        Assert.Empty(await Rows("v"));
    }

    [Fact]
    public async Task Two_reads_of_one_moment_under_one_pass_are_two_rows()
    {
        await Consent("v", true);
        var pass = Pass("v");
        tail.Meeting = 2;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ => await Desk().Read(pass, default)));
        Assert.Equal(2, (await Rows("v")).Count);
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await storage.DisposeAsync();
    }

    private VaultDesk Desk() => new(new(documents), new(storage.Ledger), ConsentPolicyTests.Read(), InMemory.Audit(storage, clock, meter, tail), VaultSigner.From(salts, clock), people, storage.Persons(clock), clock, meter);

    private ConsentDesk Desk(bool consents) => consents ? new(new(storage.Ledger), new(storage.Documents, clock), people, ConsentPolicyTests.Read(), new(0, TimeSpan.FromDays(396)), clock, InMemory.Audit(storage, clock, meter), new(storage.Documents, new(TimeSpan.FromDays(1)), clock, meter), storage.Persons(clock)) : throw new ArgumentException("only consents", nameof(consents));

    private string Pass(string visitor) => Desk().Issue(new() { Visitor = visitor, Purpose = "training" }, default).AsTask().GetAwaiter().GetResult().Pass;

    private async Task Consent(string visitor, bool yes) =>
        await Desk(consents: true).Put(new() { Visitor = visitor, Source = "s", NoticeVersion = "1", Purposes = new() { Personalization = true, Sensitive = yes, Training = true } }, default, default);

    private async Task Buy(string visitor, int item)
    {
        var vault = new VaultFeatures();
        Behaviour.Fold(new Profile(), vault, Behaviour.Event(EventType.Purchase, null, 0, item));
        await storage.Documents.Put(VaultFeatures.Store, people.Of(null, visitor).ToString(), VaultFeatures.Id, Behaviour.Bytes(vault), Condition.None, null, default);
    }

    /// <summary>One person, who bought a different thing as each of two.</summary>
    private async Task Joined(string one, string other)
    {
        await Buy(one, 1);
        await Buy(other, 2);
        Subject[] both = [people.Of(null, one), people.Of(null, other)];
        foreach (var subject in both)
            await new ConsentLedger(storage.Ledger).Append(subject, 0, new(clock.GetUtcNow(), "s", "1", 1, null, ["personalization", "sensitive", "training", "crossDevice"], [], [], []), default);
        await new Linker(new(storage.Documents, clock), Meeting.Rules).Store(both, [new Merged(clock.GetUtcNow(), "m", both[0], both[1], Folk.Signed("user"))], "", null, default);
        await storage.Persons(clock).Settle([both[0]], null, default);
    }

    private async Task<List<AuditEntry>> Rows(string visitor)
    {
        var tag = (await new AuditKeys(storage.Documents).Find(people.Of(null, visitor), default))?.Tag;
        return [.. (await InMemory.Entries(InMemory.Audit(storage, clock, meter))).Where(e => e.Type == AuditTypes.VaultRead && tag is { } t && e.Tag.Span.SequenceEqual(t.Span))];
    }

    /// <summary>Counts how often somebody looks into the vault.</summary>
    private sealed class WatchedDocuments(IDocuments inner) : IDocuments
    {
        public int VaultReads { get; set; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
        {
            if (store == VaultFeatures.Store) VaultReads++;
            return inner.Get(store, partition, id, stop);
        }

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => inner.Put(store, partition, id, body, when, expiry, stop);
        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);
        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);
        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }

    /// <summary>Fails in the way it is told to.</summary>
    private sealed class BrokenTail(IDocuments inner) : IDocuments
    {
        private readonly TaskCompletionSource met = new();

        public bool Appends { get; set; }
        public bool Reads { get; set; }
        public bool Conflicts { get; set; }

        /// <summary>So many writers wait for each other, and so want the same place.</summary>
        public int Meeting { get; set; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) =>
            Reads && Tail(store) ? new(Outcome.Failed<Document>(Status.Unavailable)) : inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            if (Tail(store) && Appends) return Outcome.Failed<Etag>(Status.Unavailable);
            if (Tail(store) && Conflicts) return Outcome.Failed<Etag>(Status.Conflict);
            if (Tail(store) && Meeting > 0)
            {
                if (--Meeting == 0) met.SetResult();
                await met.Task;
            }

            return await inner.Put(store, partition, id, body, when, expiry, stop);
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) =>
            Reads && Tail(store) ? new(Outcome.Failed<Page<Document>>(Status.Unavailable)) : inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);

        private static bool Tail(Store store) => AuditLog.Stores.Contains(store);
    }
}
