using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>Runs are told as they are, also those that nobody will ever end.</summary>
public sealed class TrainingRunsTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task A_run_that_was_given_up_is_told_as_failed_once_another_begins()
    {
        await using var storage = InMemory.Storage(clock);
        var runs = new TrainingRuns(storage.Documents);
        var first = await runs.Begin(TrainingRuns.NewId(clock.GetUtcNow()), "schedule", clock.GetUtcNow(), default);
        clock.Advance(TimeSpan.FromHours(6));
        var second = await runs.Begin(TrainingRuns.NewId(clock.GetUtcNow()), "schedule", clock.GetUtcNow(), default);

        Assert.Equal([(second.Id, TrainingStatus.Running), (first.Id, TrainingStatus.Failed)], (await runs.Newest(10, default)).Select(r => (r.Id, r.Status)));
    }

    [Fact]
    public async Task Begun_twice_a_run_goes_on_where_it_is()
    {
        await using var storage = InMemory.Storage(clock);
        var runs = new TrainingRuns(storage.Documents);
        var run = await runs.Begin("1", "operator", clock.GetUtcNow(), default);
        await runs.Keep(run with { Step = "choosing" }, default);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("choosing", (await runs.Begin("1", "operator", clock.GetUtcNow(), default)).Step);
    }

    [Fact]
    public async Task Whoever_cancels_a_run_is_heard()
    {
        await using var storage = InMemory.Storage(clock);
        var runs = new TrainingRuns(storage.Documents);
        Assert.False(await runs.IsCancelled("1", default));
        await runs.Cancel("1", default);
        Assert.True(await runs.IsCancelled("1", default));
        Assert.False(await runs.IsCancelled("2", default));
    }
}
