using Personalization.Identity.Graph;
using Personalization.Storage.Embedded;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Graph;

public sealed class IdentityLogTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    public IdentityLogTests() => storage = InMemory.Storage(clock);

    private IdentityLog Log => new(storage.Documents, clock);

    [Fact]
    public async Task Every_kind_of_event_is_read_back_as_it_was_stored()
    {
        IdentityEvent[] all =
        [
            Linked(0, ulong.MaxValue, Signed("user")), new Unlinked(Start, Subject(0), 1, "over"), Merged(1, 0, 1), Unmerged(2, "m1"),
            new Quarantined(Start, "c", Subject(0), Subject(1), QuarantineReason.TooMany, "user", Seen("email")), new Reviewed(Start, "c", ReviewVerdict.Apart, "sisters"),
        ];
        Assert.Equal(Appended.Done, await Log.Append(Subject(0), "epoch-1", all, null, default));
        Assert.Equal(all, (await Log.Read(Subject(0), default)).Select(b => b.Event));
    }

    [Fact]
    public async Task What_is_in_a_book_changes_nothing_when_it_comes_again()
    {
        await Log.Append(Subject(0), "epoch-1", [Linked(0, 1, Signed("user"))], null, default);
        Assert.Equal(Appended.Known, await Log.Append(Subject(0), "epoch-1", [Linked(0, 1, Signed("user"))], null, default));
        Assert.Single(await Log.Read(Subject(0), default));
    }

    [Fact]
    public async Task A_full_book_takes_nothing_and_says_so()
    {
        var many = Enumerable.Range(0, IdentityLog.MaxEvents).Select(i => (IdentityEvent)Linked(0, (ulong)i, Seen("device"))).ToList();
        Assert.Equal(Appended.Done, await Log.Append(Subject(0), "epoch-1", many, null, default));
        Assert.Equal(Appended.Full, await Log.Append(Subject(0), "epoch-1", [Linked(0, 9999, Seen("device"))], null, default));
        Assert.Equal(Appended.Done, await Log.Append(Subject(0), "epoch-2", [Linked(0, 9999, Seen("device"))], null, default));
        Assert.Equal(IdentityLog.MaxEvents + 1, (await Log.Read(Subject(0), default)).Count);
    }

    [Fact]
    public async Task Links_are_gone_with_their_epoch_and_merges_are_not()
    {
        await Log.Append(Subject(0), "epoch-1", [Linked(0, 1, Signed("user"))], TimeSpan.FromDays(60), default);
        await Log.Append(Subject(0), IdentityLog.MergesBook, [Merged(1, 0, 1)], null, default);
        clock.Advance(TimeSpan.FromDays(61));
        Assert.IsType<Merged>(Assert.Single(await Log.Read(Subject(0), default)).Event);
    }

    [Fact]
    public async Task Everything_around_a_person_is_found_from_any_of_their_subjects()
    {
        var linker = new Linker(Log, Folk.Rules);
        await linker.Store([Subject(0), Subject(1)], [Merged(1, 0, 1)], "", null, default);
        await linker.Store([Subject(1), Subject(2)], [Merged(2, 1, 2), Linked(2, 7, Seen("device"))], "epoch-1", null, default);
        await linker.Store([Subject(2), Subject(3)], [Linked(3, 7, Seen("device"))], "epoch-1", null, default);
        foreach (var member in new[] { 0, 1, 2 }) Assert.Equal(3, (await linker.Graph([Subject(member)], default)).ClusterOf(Subject(member)).Members.Count);
        Assert.Single((await linker.Graph([Subject(0)], default)).Likely(Subject(0), _ => Personalization.Consent.Purposes.All, 0));
    }

    [Fact]
    public async Task Each_case_is_listed_once_although_both_sides_have_it()
    {
        var linker = new Linker(Log, Folk.Rules);
        var question = new Quarantined(Start, "c", Subject(0), Subject(1), QuarantineReason.TooMany, null, Signed("user"));
        await linker.Store([Subject(0), Subject(1)], [question], "", null, default);
        Assert.Equal(question, Assert.Single((await Log.Quarantine(null, 100, default)).Items).Asked);
        await linker.Store([Subject(0), Subject(1)], [new Reviewed(Start, "c", ReviewVerdict.Apart, "sisters")], "", null, default);
        Assert.False(Assert.Single((await Log.Quarantine(null, 100, default)).Items).IsOpen);
    }

    [Fact]
    public async Task A_weak_link_is_found_from_both_who_share_it()
    {
        var linker = new Linker(Log, Folk.Rules);
        await linker.Link(new(Subject(0), 7, null, false, Seen("device")), "epoch-1", null, null, default);
        await linker.Link(new(Subject(1), 7, Subject(0), false, Seen("device", 1)), "epoch-1", null, null, default);
        await linker.Link(new(Subject(2), 7, Subject(0), false, Seen("device", 2)), "epoch-1", null, null, default);
        foreach (var one in new[] { 0, 1, 2 })
            Assert.Equal([0.15, 0.15], (await linker.Graph([Subject(one)], default)).Likely(Subject(one), _ => Personalization.Consent.Purposes.All, 0).Select(e => Math.Round(e.Confidence, 12)));
        Assert.IsType<LinkDecision.Known>(await linker.Link(new(Subject(2), 7, Subject(0), false, Seen("device", 9)), "epoch-1", null, null, default));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_completed_and_kept_no_longer_for_it()
    {
        await Log.Append(Subject(0), IdentityLog.MergesBook, [Merged(1, 0, 1)], null, default);
        var until = (await storage.Documents.Get(IdentityLog.Store, Subject(0).ToString(), IdentityLog.MergesBook, default)).Value.Expires;
        clock.Advance(TimeSpan.FromDays(300));
        await new Linker(Log, Folk.Rules).Graph([Subject(0)], default);
        Assert.Equal(until, (await storage.Documents.Get(IdentityLog.Store, Subject(1).ToString(), IdentityLog.MergesBook, default)).Value.Expires);
    }

    [Fact]
    public async Task Nothing_names_somebody_who_was_forgotten_and_nothing_brings_them_back()
    {
        var linker = new Linker(Log, Folk.Rules);
        await linker.Link(new(Subject(0), 7, null, false, Seen("device")), "epoch-1", null, null, default);
        await linker.Link(new(Subject(1), 7, Subject(0), false, Seen("device", 1)), "epoch-1", null, null, default);
        await linker.Store([Subject(0), Subject(1)], [Merged(1, 0, 1), Unmerged(2, "m1"), Merged(3, 0, 1)], "", null, default);
        await linker.Store([Subject(1), Subject(2)], [Merged(5, 1, 2)], "", null, default);
        await linker.Store([Subject(0), Subject(2)], [new Quarantined(Start, "c", Subject(0), Subject(2), QuarantineReason.TooMany, null, Signed("user")), new Reviewed(Start, "c", ReviewVerdict.Together, "")], "", null, default);
        for (var times = 0; times < 2; times++)
        {
            await Log.Forget(Subject(0), default);
            await linker.Graph([Subject(1), Subject(2)], default);
            Assert.Empty(await Log.Read(Subject(0), default));
        }

        Assert.Equal([Merged(5, 1, 2), Linked(1, 7, Seen("device", 1))], (await Log.Around([Subject(1)], default)).Select(b => b.Event).Distinct().OrderBy(e => e is Linked));
        foreach (var store in new[] { IdentityLog.Store, IdentityLog.Cases })
            foreach (var document in (await storage.Documents.Scan(store, null, 100, default)).Value.Items)
                Assert.DoesNotContain(Subject(0).ToString(), System.Text.Encoding.UTF8.GetString(document.Body.Span), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();
}
