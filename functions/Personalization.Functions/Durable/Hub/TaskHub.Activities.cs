using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Protocol;
using Personalization.Functions.Hosting;
using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>Activities, and what happens when something does not work.</summary>
internal sealed partial class TaskHub
{
    /// <summary>Does one activity and leaves what came of it for the next look at its instance.</summary>
    /// <param name="cell">Its instance.</param>
    /// <param name="task">Which.</param>
    /// <param name="abandon">Cancelled when the process cannot wait any longer: then nothing has come of it.</param>
    public async Task Do(Cell cell, OpenTask task, CancellationToken abandon)
    {
        var activity = (Trigger.Activity)table.Find(task.Name)!.Trigger;
        using var limit = new CancellationTokenSource(options.ActivityLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abandon);
        string? result = null;
        Exception? failure;
        try
        {
            // One that does not listen to its token is left alone when its time is over; it may come back and is not heard.
            failure = await Task.Run(async () => await invocations.Run(task.Name, null, async () => result = await activity.Handle(task.Input, either.Token)), CancellationToken.None).WaitAsync(either.Token);
        }
        catch (OperationCanceledException e) { failure = e; }
        if (abandon.IsCancellationRequested && failure is not null)
        {
            cell.Abandon(task.Run, task.Id);
            return;
        }

        cell.Finish(new(task.Run, task.Id, InstanceRules.Event(time.GetUtcNow(), Outcome(task, result, failure))));
        agenda.Ring(cell.Id);
    }

    /// <summary>Writes what came of activities where no turn can be taken: it must not be done again for that.</summary>
    private async ValueTask Record(Cell cell, CancellationToken stop)
    {
        var finished = cell.Unrecorded();
        if (finished.Count == 0) return;
        try
        {
            await instances.Update(cell.Id, there =>
            {
                var changed = false;
                if (there is not null) foreach (var f in finished) changed |= InstanceRules.Settle(there, f.Run, f.Task, f.Outcome.Clone());
                return changed ? there : null;
            }, stop);
            cell.Recorded(finished);
        }
        // Then it goes down with the turn, if one can be taken yet.
        catch (StoreUnavailableException e) when (e.Status == Status.TooLarge) { }
    }

    // The message of an exception may quote what it failed on, and this is kept: its type has to do.
    private static HistoryEvent Outcome(OpenTask task, string? result, Exception? failure) => failure is null
        ? new() { TaskCompleted = new() { TaskScheduledId = task.Id, Result = result } }
        : new() { TaskFailed = new() { TaskScheduledId = task.Id, FailureDetails = new() { ErrorType = failure.GetType().FullName, ErrorMessage = failure is OperationCanceledException ? $"The activity {task.Name} took too long." : $"The activity {task.Name} failed." } } };

    /// <summary>It is tried again, later each time, and seen meanwhile; the others go on.</summary>
    private long Later(Cell cell, Exception failure)
    {
        var trouble = failure switch
        {
            StoreUnavailableException => Trouble.Store,
            UnservedVersionException or MissingFunctionException => Trouble.Build,
            InvalidDataException => Trouble.Unreadable,
            UndeliveredException => Trouble.Letters,
            _ => Trouble.Turn,
        };
        if (cell.Trouble != trouble) LogTrouble(log, trouble, failure is UnservedVersionException or MissingFunctionException ? failure.Message : failure.GetType().Name);
        (cell.Trouble, cell.Failures) = (trouble, cell.Failures + 1);
        if (cell.Hangs) return Cell.Never;
        return (time.GetUtcNow() + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(cell.Failures - 1, 20)))).UtcTicks;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An instance of a workflow does not get on ({Trouble}): {Why} It is tried again")]
    private static partial void LogTrouble(ILogger log, Trouble trouble, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "An instance of {Workflow} waits for the activity {Activity}, which this build does not have")]
    private static partial void LogMissing(ILogger log, string workflow, string activity);
}

/// <summary>A turn threw or took too long. Programs do not get here: what they throw ends their instance.</summary>
internal sealed class TurnFailedException() : Exception("A turn failed");

/// <summary>A letter stays with its sender, because its addressee cannot take it now.</summary>
internal sealed class UndeliveredException() : Exception("A letter could not be delivered");

internal sealed class MissingFunctionException(string name) : Exception($"This build does not have {name}.");
