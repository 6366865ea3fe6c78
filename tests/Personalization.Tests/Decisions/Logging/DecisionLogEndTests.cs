using System.Diagnostics.Metrics;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>A process that ends is not held up by a log that does not answer.</summary>
public sealed class DecisionLogEndTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly Meter meter = new("decisions-ending");

    public void Dispose() => meter.Dispose();

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_log_that_never_answers_does_not_keep_a_process_from_ending(bool listens)
    {
        var log = new Silent(listens);
        var writer = new DecisionLogWriter(log, new(4 * 1024 * 1024, TimeSpan.FromMilliseconds(200)), clock, meter);
        writer.Start();
        writer.Note(new(1), new(DecisionId.NonceOf(clock.GetUtcNow(), 1), 0), [1]);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        await log.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var ending = writer.DisposeAsync().AsTask();
        for (var n = 0; n < 100 && !ending.IsCompleted; n++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        await ending.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <param name="listens">Whether it gives up when it is told to.</param>
    private sealed class Silent(bool listens) : UnreadLog
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop)
        {
            Asked.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(listens ? stop : default);
            return Outcome.Ok(true);
        }
    }
}
