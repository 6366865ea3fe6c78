using Google.Protobuf.WellKnownTypes;
using Personalization.Functions.Durable.Protocol;
using Asking = Personalization.Functions.Durable.Protocol.OrchestratorAction.KindOneofCase;
using Kind = Personalization.Functions.Durable.Protocol.HistoryEvent.KindOneofCase;

namespace Personalization.Functions.Durable.Hub;

/// <summary>What a turn makes of an instance: history grows by what arrived and what was asked for, and what was asked for is owed.</summary>
internal static class TurnTaken
{
    public static OrchestratorRequest Request(Instance i, DateTimeOffset now) =>
        new() { InstanceId = i.Id, PastEvents = { i.Past }, NewEvents = { InstanceRules.Event(now, new() { OrchestratorStarted = new() }), i.Inbox } };

    /// <param name="i">Changed in place.</param>
    /// <param name="request">What the turn was asked.</param>
    /// <param name="response">What it answered.</param>
    /// <param name="now">The time of the turn.</param>
    public static void Apply(Instance i, OrchestratorRequest request, OrchestratorResponse response, DateTimeOffset now)
    {
        i.Past.Add(request.NewEvents);
        i.Inbox.Clear();
        (i.CustomStatus, i.Updated, i.Status) = (response.CustomStatus, Timestamp.FromDateTimeOffset(now), Standing(i.Past));
        foreach (var action in response.Actions.OrderBy(a => a.Id)) Take(i, action, now);
    }

    /// <summary>Ends an instance that cannot go on, and keeps of it no more than how it began and what it has said and was not heard yet.</summary>
    /// <param name="i">Changed in place.</param>
    /// <param name="said">The last letter it had written before this turn; those of the turn were never kept, and so never said.</param>
    /// <param name="failure">Why.</param>
    /// <param name="now">When.</param>
    public static void Fail(Instance i, long said, FailureDetails failure, DateTimeOffset now)
    {
        InstanceRules.MakeRoom(i);
        foreach (var unsaid in i.Outbox.Where(l => l.Number > said).ToList()) i.Outbox.Remove(unsaid);
        i.LastLetter = said;
        (i.CustomStatus, i.Updated) = (null, Timestamp.FromDateTimeOffset(now));
        Complete(i, new() { Status = OrchestrationStatus.Failed, Result = failure.ErrorMessage, FailureDetails = failure }, now);
    }

    private static OrchestrationStatus Standing(IEnumerable<HistoryEvent> past) =>
        past.LastOrDefault(e => e.KindCase is Kind.ExecutionSuspended or Kind.ExecutionResumed)?.KindCase == Kind.ExecutionSuspended ? OrchestrationStatus.Suspended : OrchestrationStatus.Running;

    private static void Take(Instance i, OrchestratorAction action, DateTimeOffset now)
    {
        switch (action.KindCase)
        {
            case Asking.ScheduleTask:
                i.Past.Add(InstanceRules.Event(now, new() { TaskScheduled = new() { Name = action.ScheduleTask.Name } }, action.Id));
                i.Tasks.Add(new OpenTask { Run = i.Run, Id = action.Id, Name = action.ScheduleTask.Name, Input = action.ScheduleTask.Input });
                break;
            case Asking.CreateTimer:
                i.Past.Add(InstanceRules.Event(now, new() { TimerCreated = new() { FireAt = action.CreateTimer.FireAt } }, action.Id));
                i.Timers.Add(new OpenTimer { Id = action.Id, FireAt = action.CreateTimer.FireAt });
                break;
            case Asking.CreateSubOrchestration:
                var child = action.CreateSubOrchestration;
                i.Past.Add(InstanceRules.Event(now, new() { SubOrchestrationCreated = new() { InstanceId = child.InstanceId, Name = child.Name } }, action.Id));
                Post(i, child.InstanceId, new() { Start = new() { Name = child.Name, Input = child.Input, Parent = new() { Instance = i.Id, Run = i.Run, Task = action.Id } } });
                break;
            case Asking.SendEvent:
                var sent = action.SendEvent;
                i.Past.Add(InstanceRules.Event(now, new() { EventSent = new() { InstanceId = sent.Instance.InstanceId, Name = sent.Name } }, action.Id));
                Post(i, sent.Instance.InstanceId, new() { Event = new() { Name = sent.Name, Input = sent.Data } });
                break;
            case Asking.CompleteOrchestration:
                Complete(i, action.CompleteOrchestration, now);
                break;
        }
    }

    private static void Complete(Instance i, CompleteOrchestration ending, DateTimeOffset now)
    {
        i.Timers.Clear();
        if (ending.Status == OrchestrationStatus.ContinuedAsNew)
        {
            Continue(i, ending, now);
            return;
        }

        if (ending.Status == OrchestrationStatus.Terminated) i.Tasks.Clear();
        (i.Status, i.Output) = (ending.Status, ending.FailureDetails is { } f ? $"{f.ErrorType}: {f.ErrorMessage}" : ending.Result);
        if (i.Parent is not { } parent) return;
        var ended = new ChildEnded { Parent = parent, Result = ending.Result, Failed = ending.Status != OrchestrationStatus.Completed, Failure = ending.FailureDetails };
        if (ending.Status == OrchestrationStatus.Terminated) ended.Failure = new() { ErrorType = "Terminated", ErrorMessage = "The child was terminated." };
        Post(i, parent.Instance, new() { Ended = ended });
    }

    // Activities the old run did not wait for are still owed; their results interest nobody.
    private static void Continue(Instance i, CompleteOrchestration ending, DateTimeOffset now)
    {
        i.Past.Clear();
        (i.Run, i.Status, i.CustomStatus) = (InstanceRules.NewRun(), OrchestrationStatus.Running, null);
        i.Inbox.Add(InstanceRules.Started(i.Id, i.Name, i.Run, ending.Result, now));
        i.Inbox.Add(ending.CarryoverEvents);
    }

    private static void Post(Instance i, string to, Letter letter)
    {
        (letter.Number, letter.To) = (++i.LastLetter, to);
        i.Outbox.Add(letter);
    }
}
