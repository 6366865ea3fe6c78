using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Training;
using Personalization.Storage.Embedded;
using Personalization.Tests.Consent.Signals;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Consent;

/// <summary>Taking decisions, whatever else happens meanwhile.</summary>
public sealed class ConsentDeskTests : IAsyncDisposable
{
    private static readonly TcfOptions Tcf = new(0, TimeSpan.FromDays(396));
    private static readonly ConsentRequest Nothing = new() { Visitor = "v", Source = "banner", NoticeVersion = "1" };

    private readonly Meter meter = new("consent");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    private readonly People people;

    public ConsentDeskTests()
    {
        storage = InMemory.Storage(clock);
        people = storage.People(clock);
    }

    private Subject Person => people.Of(null, "v");

    [Fact]
    public async Task A_decision_is_answered_and_found_again()
    {
        var answer = await Put(Nothing with { Purposes = new() { Personalization = true, Marketing = false }, Region = "us-ca" });
        Assert.Equal(Describe(answer), Describe(await Get()));
        Assert.Equal("personalization+chosen sensitive-region-default location-region-default crossDevice+region-default training+region-default marketing-chosen thirdParty+region-default", Describe(answer));
        Assert.Equal(("US-CA", "opt-out", 1, "banner", "1", clock.GetUtcNow()), (answer.Region, answer.Regime, answer.PolicyVersion, answer.Source, answer.NoticeVersion, answer.At));
    }

    [Fact]
    public async Task There_is_no_change_without_an_entry_that_tells_it()
    {
        var audit = InMemory.Audit(storage, clock, meter, new StumblingDocuments(storage.Documents) { Writes = false });
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Desk(audit: audit).Put(Nothing with { Purposes = new() { Training = true } }, default, default));
        Assert.Empty(await Rows());
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Desk(ledger: new ContendedLedger(storage.Ledger) { Down = true }).Put(Nothing with { Purposes = new() { Training = true } }, default, default));
        Assert.Empty(await Rows());
        var told = Assert.Single(await InMemory.Entries(InMemory.Audit(storage, clock, meter)));
        Assert.Equal((AuditTypes.ConsentChanged, "policyVersion=1"), (told.Type, string.Join(' ', told.Open.Select(o => $"{o.Key}={o.Value}"))));
        var found = await new AuditReader(InMemory.Audit(storage, clock, meter), new(storage.Documents)).Find(new(null, null, null, null), Person, 0, 10, default);
        Assert.Equal(("training", "banner"), (Assert.Single(found.Entries).Personal!["granted"], found.Entries[0].Personal!["source"]));
    }

    [Fact]
    public async Task Somebody_who_never_decided_has_the_defaults_of_where_they_are()
    {
        Assert.All((await Get()).Purposes.Values, p => Assert.Equal((false, "region-default"), (p.Granted, p.Why)));
        Assert.True(Region.TryParse("US", out var us));
        var there = await Desk().Get(null, "v", us, default);
        Assert.Equal((true, false, "opt-out", null, null), (there.Purposes["marketing"].Granted, there.Purposes["sensitive"].Granted, there.Regime, there.Source, there.At));
    }

    [Fact]
    public async Task A_later_yes_replaces_a_no_and_what_is_not_mentioned_stays()
    {
        await Put(Nothing with { Purposes = new() { Personalization = false, Training = true } });
        Assert.StartsWith("personalization+chosen", Describe(await Put(Nothing with { Purposes = new() { Personalization = true } })), StringComparison.Ordinal);
        Assert.True((await Get()).Purposes["training"].Granted);
    }

    [Fact]
    public async Task Signals_are_stored_with_the_decision_and_outweigh_a_yes_in_it()
    {
        var answer = await Desk().Put(Nothing with { Purposes = new() { ThirdParty = true, Personalization = true, CrossDevice = false } }, Gpc.Withdrawn, default);
        Assert.Equal((false, "signal"), (answer.Purposes["thirdParty"].Granted, answer.Purposes["thirdParty"].Why));
        Assert.Equal((false, "chosen"), (answer.Purposes["crossDevice"].Granted, answer.Purposes["crossDevice"].Why));
        Assert.Equal((true, "chosen"), (answer.Purposes["personalization"].Granted, answer.Purposes["personalization"].Why));
        var tcf = await Put(Nothing with { Tcf = new TcText { Consents = [5, 6] }.ToString() });
        Assert.Equal((true, "signal", false, "signal"), (tcf.Purposes["personalization"].Granted, tcf.Purposes["personalization"].Why, tcf.Purposes["marketing"].Granted, tcf.Purposes["marketing"].Why));
        Assert.Equal(["[\"gpc\"]", "[\"tcf\"]"], (await Rows()).Select(r => System.Text.Json.JsonElement.Parse(r).GetProperty("signals").GetRawText()));
    }

    [Fact]
    public async Task A_row_says_what_was_said_and_nothing_of_who_or_of_the_strings()
    {
        await Put(Nothing with { User = "PLANTED-user", Visitor = "PLANTED-visitor", Tcf = TcText.All.ToString(), Gpp = "DBAA" }, default);
        var rows = (await storage.Ledger.Read(ConsentLedger.Store, people.Of("PLANTED-user", null).ToString(), 0, 10, default)).Value;
        var row = Encoding.UTF8.GetString(Assert.Single(rows).Body.Span);
        Assert.DoesNotContain("PLANTED", row, StringComparison.Ordinal);
        Assert.DoesNotContain(TcText.All.ToString()[..20], row, StringComparison.Ordinal);
        Assert.Equal("""{"at":"2026-01-05T09:00:00+00:00","source":"banner","noticeVersion":"1","policyVersion":1,"granted":["personalization","location","training","marketing","thirdParty"],"denied":[],"signals":["tcf"],"bySignal":["personalization","location","training","marketing","thirdParty"]}""", row);
    }

    [Fact]
    public async Task The_profile_gets_the_state_and_what_is_allowed()
    {
        await Put(Nothing with { Purposes = new() { Personalization = true } });
        Assert.Equal(new ConsentState(Vote.Yes(Purposes.Personalization), 1, clock.GetUtcNow()), await new ProfileConsent(storage.Documents, clock).Read(Person, default));
    }

    [Fact]
    public async Task Where_the_profile_could_not_follow_the_next_call_brings_it_up_to_date()
    {
        var broken = new StumblingDocuments(storage.Documents) { Writes = false };
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Desk(documents: broken).Put(Nothing with { Purposes = new() { Personalization = false } }, default, default));
        Assert.Single(await Rows());
        Assert.Equal(ConsentState.None, await Remembered());
        Assert.Equal("chosen", (await Get()).Purposes["personalization"].Why);
        Assert.Equal((Vote.No(Purposes.Personalization), 1), ((await Remembered()).Vote, (await Remembered()).Next));

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Desk(documents: broken).Put(Nothing with { Purposes = new() { Training = false } }, default, default));
        await Put(Nothing with { Purposes = new() { Marketing = true } });
        Assert.Equal(new Vote(Purposes.Marketing, Purposes.Personalization | Purposes.Training), (await Remembered()).Vote);
    }

    [Fact]
    public async Task A_profile_nobody_can_read_allows_nothing_until_the_ledger_has_mended_it()
    {
        await Put(Nothing with { Purposes = new() { Personalization = true } });
        var whole = await Remembered();
        await storage.Documents.Put(Profile.Store, Person.ToString(), Profile.Id, "garbage"u8.ToArray(), Condition.None, null, default);
        Assert.Equal(Purposes.None, (await Remembered()).Vote.Over(Purposes.All));
        await Get();
        Assert.Equal(whole, await Remembered());
    }

    [Fact]
    public async Task A_writer_who_knows_less_never_takes_the_profile_back()
    {
        var profile = new ProfileConsent(storage.Documents, clock);
        var later = new ConsentState(Vote.No(Purposes.All), 2, clock.GetUtcNow());
        await profile.Write(Person, later, Purposes.None, default);
        await profile.Write(Person, later with { Vote = Vote.Yes(Purposes.All), Next = 1 }, Purposes.All, default);
        Assert.Equal(later, await profile.Read(Person, default));
    }

    [Fact]
    public async Task A_profile_that_was_lost_is_made_again_from_the_ledger()
    {
        await Put(Nothing with { Purposes = new() { Personalization = true } });
        await Put(Nothing with { Purposes = new() { Training = true } });
        var whole = await Remembered();
        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(ConsentState.None, await Remembered());
        var ledger = new ConsentLedger(storage.Ledger);
        Assert.Equal(whole, await ledger.Remembered(Person, ConsentState.None, default));
        var first = ConsentStanding.None.With(0, Stored.Read(Encoding.UTF8.GetBytes((await Rows())[0]), Stored.Default.ConsentRow)).State;
        Assert.Equal((1, whole), (first.Next, await ledger.Remembered(Person, first, default)));
        await Get();
        Assert.Equal(whole, await Remembered());
    }

    [Fact]
    public async Task A_long_ledger_is_folded_to_its_end()
    {
        for (var i = 0; i < 450; i++) await Put(Nothing with { Purposes = new() { Personalization = i % 2 == 0 } });
        Assert.Equal((450, Vote.No(Purposes.Personalization)), ((await Remembered()).Next, (await Remembered()).Vote));
    }

    [Fact]
    public async Task Decisions_taken_at_once_are_all_kept()
    {
        var contended = new ContendedLedger(storage.Ledger);
        var putting = Task.WhenAll(Enumerable.Range(0, ConsentDesk.Attempts).Select(i => Task.Run(() => Desk(ledger: contended).Put(Nothing with { Source = $"s{i}", Purposes = new() { Training = true } }, default, default).AsTask())));
        while (!putting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await putting;
        Assert.Equal(ConsentDesk.Attempts, (await Rows()).Select(r => System.Text.Json.JsonElement.Parse(r).GetProperty("source").GetString()).Distinct().Count());
        Assert.Equal(ConsentDesk.Attempts, (await Remembered()).Next);
    }

    [Fact]
    public async Task A_ledger_that_always_conflicts_is_given_up_in_time()
    {
        people.Of(null, "v");
        var ledger = new ContendedLedger(storage.Ledger) { Always = true };
        var putting = Desk(ledger: ledger).Put(Nothing with { Purposes = new() { Training = true } }, default, default).AsTask();
        // The ledger is asked once the audit log has been told; from then on it is only time that passes.
        while (ledger.Appends == 0) await Task.Yield();
        for (var step = 0; !putting.IsCompleted; step++)
        {
            Assert.True(step < 10_000);
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.Equal("consents", (await Assert.ThrowsAsync<StoreUnavailableException>(() => putting)).Store);
        Assert.Equal(ConsentDesk.Attempts, ledger.Appends);
    }

    [Fact]
    public async Task Whoever_withdraws_from_training_is_told_by_when_every_model_is_without_them()
    {
        Assert.Null((await Put(new() { Visitor = "v", Source = "banner", NoticeVersion = "1", Purposes = new() { Training = false } })).ExcludedFromTrainingBy);
        Assert.Null((await Put(new() { Visitor = "v", Source = "banner", NoticeVersion = "1", Purposes = new() { Training = true } })).ExcludedFromTrainingBy);
        Assert.Null(await Exclusions().Due(default));
        Assert.Equal(clock.GetUtcNow().AddHours(24), (await Put(new() { Visitor = "v", Source = "banner", NoticeVersion = "1", Purposes = new() { Training = false } })).ExcludedFromTrainingBy);
        Assert.Equal(clock.GetUtcNow().AddHours(24), await Exclusions().Due(default));
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await storage.DisposeAsync();
    }

    private ConsentDesk Desk(IDocuments? documents = null, ILedger? ledger = null, AuditLog? audit = null) =>
        new(new(ledger ?? storage.Ledger), new(documents ?? storage.Documents, clock), people, ConsentPolicyTests.Read(), Tcf, clock, audit ?? InMemory.Audit(storage, clock, meter), Exclusions(documents), storage.Persons(clock, documents));

    private Exclusions Exclusions(IDocuments? documents = null) => new(documents ?? storage.Documents, new(TimeSpan.FromHours(24)), clock, meter);

    private ValueTask<ConsentAnswer> Put(ConsentRequest request, Vote gpc = default) => Desk().Put(request, gpc, default);

    private ValueTask<ConsentAnswer> Get() => Desk().Get(null, "v", Region.Unknown, default);

    private ValueTask<ConsentState> Remembered() => new ProfileConsent(storage.Documents, clock).Read(Person, default);

    private async Task<List<string>> Rows() => [.. (await storage.Ledger.Read(ConsentLedger.Store, Person.ToString(), 0, 1000, default)).Value.Select(r => Encoding.UTF8.GetString(r.Body.Span))];

    private static string Describe(ConsentAnswer answer) => string.Join(' ', answer.Purposes.Select(p => $"{p.Key}{(p.Value.Granted ? '+' : '-')}{p.Value.Why}"));
}
