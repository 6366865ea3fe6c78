using Personalization.Functions.Hosting.Observability;

namespace Personalization.Functions.Hosting.Runner;

/// <summary>
/// Runs the timer functions standalone, each on its own, never two runs of one at once. When it last ran is kept: occurrences missed while the process was down are made up for by one run that says so.
/// </summary>
internal sealed partial class TimerRunner(FunctionTable table, Invocations invocations, TimerRecord record, TimeProvider time, ILogger<TimerRunner> log)
{
    // Longer waits are cut, because a timer of the framework takes no more than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public Task Run(CancellationToken stop) =>
        Task.WhenAll(table.With<Trigger.Timer>().Select(t => Run(t.Function.Name, t.Trigger, stop)));

    private async Task Run(string name, Trigger.Timer timer, CancellationToken stop)
    {
        var schedule = Cron.Parse(timer.Schedule).Schedule!;
        try
        {
            var last = await record.Last(name, stop);
            // A clock that was set back must not silence a timer until it has caught up.
            var from = last < time.GetUtcNow() ? last.Value : time.GetUtcNow();
            while (schedule.Next(from) is { } due)
            {
                var missed = due <= time.GetUtcNow();
                await WaitUntil(due, stop);
                var now = time.GetUtcNow();
                var run = new TimerRun(last, due, last, missed);
                await invocations.Run(name, null, () => timer.Handle(run, stop));
                last = from = now;
                if (!await record.Save(name, now, stop)) LogUnsaved(log, name);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
    }

    private async Task WaitUntil(DateTimeOffset due, CancellationToken stop)
    {
        while (due - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, stop);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "When {Function} ran could not be saved; after a restart it may run once more")]
    private static partial void LogUnsaved(ILogger log, string function);
}
