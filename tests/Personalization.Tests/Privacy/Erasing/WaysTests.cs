using Personalization.Decisions.Logging;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Privacy.Erasing;
using Personalization.Storage;
using Personalization.Tests.Identity;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>No store without a way to take a person out of it.</summary>
public sealed class WaysTests
{
    [Fact]
    public void Every_store_of_the_product_has_its_way() => Assert.Equal(
        [
            "aliases deleted", "auditkeys deleted-last", "audittail unreadable", "behaviour deleted", "caps deleted", "consents deleted", "deadletters aggregate", "decisionlog deleted", "decisions deleted", "exportkeys deleted", "exports deleted", "exposures deleted", "holds deleted-last",
            "identity deleted", "identitynames deleted", "links deleted", "modelcards aggregate", "modeltrials aggregate", "persons deleted", "privacybudgets aggregate", "profiles deleted", "quarantine deleted", "replays deleted", "requests deleted-last", "requestsubjects deleted-last", "stats aggregate", "training aggregate", "vault deleted",
        ],
        Composition.Stores.All.Select(s => $"{s.Name} {Ways.Of(s, s == Holds.Store || s.Name == "auditkeys" || PrivacyParts.Last.Contains(s), embedded: true)}")
            .Where(w => !w.EndsWith(" none", StringComparison.Ordinal) && !w.StartsWith("auditse", StringComparison.Ordinal) && !w.StartsWith("auditsu", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Where_a_host_owns_the_stream_its_records_expire() => Assert.Equal(Ways.Expires, Ways.Of(Declared.Stream(), last: false, embedded: false));

    [Fact]
    public void A_stream_of_records_is_only_where_it_can_be_deleted_from() => Assert.Equal(
        (Ways.Deleted, Ways.None), (Ways.Of(DecisionRecords.Store, last: false, embedded: true), Ways.Of(DecisionRecords.Store, last: false, embedded: false)));

    [Theory]
    [InlineData(StoreKind.Documents, SubjectKey.Indexed)]
    [InlineData(StoreKind.Documents, SubjectKey.NamePrefix)]
    [InlineData(StoreKind.Documents, SubjectKey.RecordKey)]
    [InlineData(StoreKind.Ledger, SubjectKey.Indexed)]
    [InlineData(StoreKind.Blobs, SubjectKey.Partition)]
    [InlineData(StoreKind.Stream, SubjectKey.Partition)]
    [InlineData(StoreKind.Documents, (SubjectKey)99)]
    [InlineData((StoreKind)99, SubjectKey.Partition)]
    public async Task A_store_nobody_knows_how_to_erase_from_keeps_the_product_from_starting(StoreKind kind, SubjectKey subject)
    {
        await using var storage = InMemory.Storage(TimeProvider.System);
        var stores = new StoreRegistry([.. Composition.Stores.All, new("novelty", kind, "tests", "To be forgotten", Sensitivity.Pseudonymous, TimeSpan.FromDays(1), "something", subject)]);
        Assert.Throws<NotSupportedException>(() => new Eraser(stores, new(storage.Documents, storage.Ledger, storage.Blobs, storage), Meeting.Rules, [], _ => { }, TimeProvider.System));
    }

    [Fact]
    public void An_erasure_waits_for_streams_from_which_something_is_made_and_not_for_records()
    {
        var longer = Declared.Stream(TimeSpan.FromDays(9));
        Assert.Equal(TimeSpan.FromDays(9), StreamRetention.Of(new StoreRegistry([longer, DecisionRecords.Store])).Kept);
        Assert.Equal(TimeSpan.Zero, StreamRetention.Of(new StoreRegistry([DecisionRecords.Store])).Kept);
    }

    [Fact]
    public void The_tombstone_outlives_the_wait_and_the_wait_the_stream()
    {
        var retention = StreamRetention.Of(Composition.Stores);
        Assert.Equal(TimeSpan.FromDays(1), retention.Kept);
        Assert.True(retention.Kept < retention.Wait && retention.Wait < retention.Tombstone);
    }
}
