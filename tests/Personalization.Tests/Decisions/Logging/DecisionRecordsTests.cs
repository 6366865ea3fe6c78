using Personalization.Decisions.Logging;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Decisions.Logging;

public sealed class DecisionRecordsTests : DecisionLogContract, IAsyncLifetime
{
    private readonly Store hub = Declared.Stream(TimeSpan.FromDays(1));
    private readonly Scratch scratch = new();
    private EmbeddedStorage? storage;

    protected override async ValueTask<IDecisionLog> Open()
    {
        if (storage is not null) await storage.DisposeAsync();
        storage = EmbeddedStorage.Open(new() { Directory = scratch.Path, SegmentBytes = 64 * 1024, StreamBacklog = 10 }, new StoreRegistry([hub, DecisionRecords.Store]), Clock);
        return new DecisionRecords(storage.Stream);
    }

    [Fact]
    public async Task One_that_was_written_late_is_found_and_one_of_long_ago_too()
    {
        var log = await Open();
        var late = Decided(Ann, "late");
        for (var n = 0; n < 300; n++)
        {
            await log.Append([Decided(Ann, new string('x', 1000)), Decided(Ben, new string('y', 1000))], Stop);
            Clock.Advance(TimeSpan.FromSeconds(11));
        }

        Assert.InRange(Clock.GetUtcNow(), late.Id.At.AddMinutes(50), late.Id.At + LoggedDecision.Latest);
        await log.Append([late], Stop);
        for (var day = 0; day < 20; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            await log.Append([Decided(Ann, new string('z', 9000)), Decided(Ben, new string('z', 9000))], Stop);
        }

        Assert.Equal("late", Declared.Text((await log.Find(Ann, late.Id, Stop))!.Value));
        log = await Open();
        Assert.Equal("late", Declared.Text((await log.Find(Ann, late.Id, Stop))!.Value));
        Assert.Equal(321, (await All(log.Of(Ann, Stop))).Count);
    }

    [Fact]
    public async Task It_is_found_although_the_clock_was_set_back_before_it_was_written()
    {
        var log = await Open();
        var decision = Decided(Ann, "said");
        Clock.Advance(TimeSpan.FromSeconds(-3));
        await log.Append([decision], Stop);
        Assert.NotNull(await log.Find(Ann, decision.Id, Stop));
        Assert.Single(await All(log.Since(decision.Id.At, Stop)));
    }

    [Fact]
    public async Task Raw_behaviour_leaves_the_disk_in_its_day_while_decisions_stay_their_month()
    {
        var log = await Open();
        var decision = Decided(Ann, "kept-for-a-month");
        await log.Append([decision], Stop);
        await storage!.Stream.Publish(hub, 0, [new("s", Declared.Utf8("kept-for-a-day"))], Stop);
        for (var hour = 0; hour < 32; hour++) await Pass(TimeSpan.FromHours(1));
        Assert.Empty(FilesHolding("kept-for-a-day"));
        Assert.NotEmpty(FilesHolding("kept-for-a-month"));
        for (var day = 0; day < 34; day++) await Pass(TimeSpan.FromDays(1));
        Assert.Empty(FilesHolding("kept-for-a-month"));
    }

    [Fact]
    public async Task An_erasure_takes_the_bytes_of_all_their_decisions_off_the_disk()
    {
        var log = await Open();
        for (var n = 0; n < 200; n++) await log.Append([Decided(Ann, $"find-me {new string('x', 500)}"), Decided(Ben, "kept")], Stop);
        Assert.Equal(200, storage!.Stream.Count(DecisionRecords.Store, Ann.ToString()));
        Assert.True((await storage.Erase(Ann.ToString(), null, Stop)).Ok);
        Assert.Empty(FilesHolding("find-me"));
        Assert.Empty(FilesHolding(Ann.ToString()));
        Assert.Equal(0, storage.Stream.Count(DecisionRecords.Store, Ann.ToString()));
        Assert.Empty(await All(log.Of(Ann, Stop)));
        Assert.Equal(200, (await All(log.Of(Ben, Stop))).Count);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (storage is not null) await storage.DisposeAsync();
        scratch.Dispose();
    }

    private async Task Pass(TimeSpan time)
    {
        Clock.Advance(time);
        await storage!.Sweeping;
    }

    private List<string> FilesHolding(string text) =>
        [.. Directory.EnumerateFiles(scratch.Path, "*.log").Where(f => File.ReadAllBytes(f).AsSpan().IndexOf(Declared.Utf8(text)) >= 0)];
}
