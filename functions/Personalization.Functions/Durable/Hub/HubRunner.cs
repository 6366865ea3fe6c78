using System.Threading.Channels;
using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>Drives the hub: in the background as long as the process lives, or by hand as far as the clock has come.</summary>
internal sealed partial class HubRunner(TaskHub hub, Agenda agenda, HubOptions options, TimeProvider time, ILogger<HubRunner> log)
{
    /// <summary>A clock that is set forward is noticed after this at the latest.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RecoverAgain = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim turns = new(options.Turns);
    private readonly SemaphoreSlim activities = new(options.Activities);
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource abandoned = new();
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int underway;
    private Task running = Task.CompletedTask;

    public void Start()
    {
        agenda.Rung = () => bell.Writer.TryWrite(true);
        running = Task.Run(Run);
    }

    /// <summary>No new turns and activities; those under way get their time, and what came of them is written.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await running;
        try { if (Volatile.Read(ref underway) > 0) await idle.Task.WaitAsync(options.DrainTimeout, time); }
        // What is not done by then is cut off, and done again by the next process.
        catch (TimeoutException) { }
        await abandoned.CancelAsync();
        var last = new List<Cell>();
        while (agenda.Take() is { } cell) last.Add(cell);
        foreach (var cell in last) await hub.Work(cell, CancellationToken.None);
    }

    /// <summary>
    /// Everything there is to do at the present time, one thing after the other; for tests and tools. Which of several things comes
    /// next is the caller's to say.
    /// </summary>
    public async Task Settle(CancellationToken stop, Func<int, int>? pick = null)
    {
        var open = new List<Func<Task>>();
        while (true)
        {
            while (agenda.Take() is { } cell) open.Add(() => Work(cell));
            if (open.Count == 0) return;
            var next = pick?.Invoke(open.Count) ?? 0;
            var act = open[next];
            open.RemoveAt(next);
            await act();
        }

        async Task Work(Cell cell) => open.AddRange((await hub.Work(cell, stop)).Select(task => (Func<Task>)(() => hub.Do(cell, task, stop))));
    }

    private async Task Run()
    {
        try
        {
            await Recover();
            while (true)
            {
                await turns.WaitAsync(stopping.Token);
                if (agenda.Take() is { } cell) _ = Work(cell);
                else
                {
                    turns.Release();
                    await Something();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task Recover()
    {
        while (true)
        {
            try
            {
                await hub.Recover(stopping.Token);
                return;
            }
            catch (StoreUnavailableException) { LogUnread(log); }
            await Task.Delay(RecoverAgain, time, stopping.Token);
        }
    }

    private async Task Something()
    {
        var due = agenda.NextDue;
        var wait = due == Cell.Never ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Clamp(due - time.GetUtcNow().UtcTicks, 0, LongestWait.Ticks));
        if (wait == TimeSpan.Zero) return;
        using var alarm = time.CreateTimer(_ => bell.Writer.TryWrite(true), null, wait, Timeout.InfiniteTimeSpan);
        await bell.Reader.ReadAsync(stopping.Token);
    }

    private async Task Work(Cell cell)
    {
        Interlocked.Increment(ref underway);
        await Task.Yield();
        var owed = await hub.Work(cell, CancellationToken.None);
        turns.Release();
        foreach (var task in owed) _ = Do(cell, task);
        Over();
    }

    private async Task Do(Cell cell, OpenTask task)
    {
        Interlocked.Increment(ref underway);
        await Task.Yield();
        try
        {
            await activities.WaitAsync(stopping.Token);
            try { await hub.Do(cell, task, abandoned.Token); }
            finally { activities.Release(); }
        }
        catch (OperationCanceledException) { cell.Abandon(task.Run, task.Id); }
        Over();
    }

    private void Over()
    {
        if (Interlocked.Decrement(ref underway) == 0 && stopping.IsCancellationRequested) idle.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The instances of workflows cannot be read; nothing of them goes on until they can")]
    private static partial void LogUnread(ILogger log);
}
