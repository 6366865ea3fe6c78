using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>What came of a decision is noted for the person it was for, and only what they allow.</summary>
public sealed class OutcomeRecordTests : IAsyncLifetime
{
    private const Purposes Training = Purposes.Personalization | Purposes.Training;

    private static readonly Subject Somebody = new(5), Other = new(6);

    private readonly ManualClock clock = new();
    private readonly Meter meter = new("outcomes-under-test");
    private EmbeddedLog log = null!;

    public async Task InitializeAsync() => log = await EmbeddedLog.Open(clock, meter);

    public async Task DisposeAsync()
    {
        await log.DisposeAsync();
        meter.Dispose();
    }

    [Fact]
    public async Task A_click_and_what_is_put_into_the_cart_are_noted_with_the_decision_and_the_items()
    {
        var id = log.Ids.New(Somebody, clock.GetUtcNow());
        log.Book.Happened(Somebody, EventType.Click, Training, Text(id), [1, 2]);
        log.Book.Happened(Somebody, EventType.AddToCart, Training, Text(id), [3]);

        Assert.Equivalent(new[] { (id, "1,2"), (id, "3") }, (await log.Noted(Somebody)).Select(o => (o.Decision, string.Join(',', o.Items))), strict: true);
    }

    [Fact]
    public async Task Nothing_else_is_noted()
    {
        var id = log.Ids.New(Somebody, clock.GetUtcNow());
        foreach (var type in Enum.GetValues<EventType>().Except([EventType.Click, EventType.AddToCart])) log.Book.Happened(Somebody, type, Purposes.All, Text(id), [1]);
        foreach (var less in new[] { Purposes.None, Purposes.Personalization, Purposes.Training }) log.Book.Happened(Somebody, EventType.Click, less, Text(id), [1]);
        log.Book.Happened(Other, EventType.Click, Training, Text(id), [1]);
        log.Book.Happened(Somebody, EventType.Click, Training, "no decision"u8, [1]);
        log.Book.Happened(Somebody, EventType.Click, Training, new byte[DecisionId.Length], [1]);
        log.Book.Happened(Somebody, EventType.Click, Training, Text(id), []);
        clock.Advance(OutcomeBook.Window + TimeSpan.FromSeconds(1));
        log.Book.Happened(Somebody, EventType.Click, Training, Text(id), [1]);

        Assert.Empty(await log.Noted(Somebody));
        Assert.Empty(await log.Noted(Other));
    }

    [Fact]
    public async Task Of_many_items_the_first_are_noted()
    {
        var id = log.Ids.New(Somebody, clock.GetUtcNow());
        log.Book.Happened(Somebody, EventType.Click, Training, Text(id), [.. Enumerable.Range(1, 100).Select(n => (ulong)n)]);

        Assert.Equal(OutcomeRecord.MaxItems, Assert.Single(await log.Noted(Somebody)).Items.Count);
    }

    [Fact]
    public void What_is_cut_longer_or_something_else_is_none()
    {
        var record = new byte[OutcomeRecord.Bytes(2)];
        OutcomeRecord.Write(new(1, 2), [7, 8], record);
        Assert.Equal([7UL, 8], OutcomeRecord.Read(record)!.Items);
        for (var length = 0; length < record.Length; length++) Assert.Null(OutcomeRecord.Read(record.AsSpan(0, length)));
        Assert.Null(OutcomeRecord.Read([.. record, 0]));
        Assert.Null(OutcomeRecord.Read([1, .. record.AsSpan(1)]));
        Assert.Null(LoggedFacts.Read(record));
    }

    private static byte[] Text(DecisionId id) => System.Text.Encoding.ASCII.GetBytes(id.ToString());
}
