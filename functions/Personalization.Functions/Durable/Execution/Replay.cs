using Personalization.Functions.Durable.Protocol;
using Asking = Personalization.Functions.Durable.Protocol.OrchestratorAction.KindOneofCase;
using Kind = Personalization.Functions.Durable.Protocol.HistoryEvent.KindOneofCase;

namespace Personalization.Functions.Durable.Execution;

/// <summary>
/// Runs a program through its history: each event resumes it before the next is looked at. What it asks for and history does
/// not hold is left over at the end. This half reads the history; the other is what the program sees.
/// </summary>
internal sealed partial class Replay(string instance, RawProgram program) : WorkflowContext
{
    /// <summary>Under this id the backend keeps timers of its own.</summary>
    private const int BackendTimer = -100;

    private readonly TurnThread thread = new();
    private readonly Asked asked = new();
    private readonly Signals signals = new();
    private readonly Dictionary<int, Step> steps = [];
    private readonly List<HistoryEvent> kept = [];
    private Task<string?>? running;
    private FailureDetails? broken;
    private ExecutionTerminated? terminated;
    private bool suspended;

    public void Run(IEnumerable<HistoryEvent> events, bool replaying)
    {
        this.replaying = replaying;
        foreach (var e in events) thread.Run(() => Arrive(e));
    }

    public OrchestratorResponse End()
    {
        thread.Close();
        var response = new OrchestratorResponse { InstanceId = instance, CustomStatus = status };
        if (Ending() is { } ending)
        {
            if (broken is null && terminated is null) response.Actions.AddRange(asked.Unconfirmed);
            response.Actions.Add(new OrchestratorAction { Id = asked.Next, CompleteOrchestration = ending });
        }
        else if (!suspended) response.Actions.AddRange(asked.Unconfirmed);
        return response;
    }

    private void Arrive(HistoryEvent e)
    {
        if (broken is not null || terminated is not null) return;
        switch (e.KindCase)
        {
            case Kind.OrchestratorStarted: now = e.Timestamp.ToDateTimeOffset(); break;
            case Kind.ExecutionTerminated: terminated = e.ExecutionTerminated; break;
            case Kind.ExecutionSuspended: suspended = true; break;
            case Kind.ExecutionResumed: Resume(); break;
            case var _ when suspended: kept.Add(e); break;
            default: Apply(e); break;
        }
    }

    private void Resume()
    {
        suspended = false;
        foreach (var e in kept.ToList()) thread.Run(() => Apply(e));
        kept.Clear();
    }

    private void Apply(HistoryEvent e)
    {
        switch (e.KindCase)
        {
            case Kind.ExecutionStarted: Start(e.ExecutionStarted); break;
            case Kind.TaskScheduled: broken = asked.Confirm(e.EventId, Asking.ScheduleTask, e.TaskScheduled.Name); break;
            case Kind.SubOrchestrationCreated: broken = asked.Confirm(e.EventId, Asking.CreateSubOrchestration, e.SubOrchestrationCreated.Name); break;
            case Kind.EventSent: broken = asked.Confirm(e.EventId, Asking.SendEvent, e.EventSent.Name); break;
            case Kind.TimerCreated when e.EventId != BackendTimer: broken = asked.Confirm(e.EventId, Asking.CreateTimer, ""); break;
            case Kind.TaskCompleted: Take(e.TaskCompleted.TaskScheduledId)?.Complete(e.TaskCompleted.Result); break;
            case Kind.SubOrchestrationCompleted: Take(e.SubOrchestrationCompleted.TaskScheduledId)?.Complete(e.SubOrchestrationCompleted.Result); break;
            case Kind.TaskFailed: Take(e.TaskFailed.TaskScheduledId)?.Fail(e.TaskFailed.FailureDetails); break;
            case Kind.SubOrchestrationFailed: Take(e.SubOrchestrationFailed.TaskScheduledId)?.Fail(e.SubOrchestrationFailed.FailureDetails); break;
            case Kind.TimerFired: Take(e.TimerFired.TimerId, timer: true)?.Complete(null); break;
            case Kind.EventRaised: signals.Arrive(e); break;
        }
    }

    private void Start(ExecutionStarted started)
    {
        if (running is not null) return;
        try { running = program(this, started.Input) ?? throw new InvalidOperationException("The program gave no task back."); }
        catch (UnservedVersionException) { throw; }
        catch (Exception e) { running = Task.FromException<string?>(e); }
    }

    // The first completion of a step counts; of others and of steps never asked for nothing is known here.
    private Step? Take(int id, bool timer = false) =>
        steps.TryGetValue(id, out var step) && step.IsTimer == timer && steps.Remove(id) ? step : null;

    private CompleteOrchestration? Ending() => this switch
    {
        { terminated: { } t } => new() { Status = OrchestrationStatus.Terminated, Result = t.Reason },
        { broken: { } b } => Failed(b),
        { suspended: true } or { running: null } => null,
        { running.IsFaulted: true } => Failed(Failures.OfProgram(running.Exception.InnerException!)),
        { running.IsCanceled: true } => Failed(Failures.OfProgram(new TaskCanceledException(running))),
        { running.IsCompleted: false } => thread.Touched || (steps.Count == 0 && !signals.Awaited) ? Failed(broken = Failures.OfForeignWait) : null,
        { continued: true } => new() { Status = OrchestrationStatus.ContinuedAsNew, Result = nextInput, CarryoverEvents = { signals.Unread } },
        _ => new() { Status = OrchestrationStatus.Completed, Result = running.Result },
    };

    private static CompleteOrchestration Failed(FailureDetails failure) =>
        new() { Status = OrchestrationStatus.Failed, Result = failure.ErrorMessage, FailureDetails = failure };
}
