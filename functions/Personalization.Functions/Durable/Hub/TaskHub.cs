using System.Diagnostics.Metrics;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Protocol;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>
/// What the Functions host does for orchestrations, in this process: takes an instance that has something to do, lets it have
/// its turn, writes what came of it in one document, delivers its letters and says which activities are to be done. Whatever
/// is lost between two of these is found in the document and done again.
/// </summary>
internal sealed partial class TaskHub
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly FunctionTable table;
    private readonly Instances instances;
    private readonly Agenda agenda;
    private readonly Courier courier;
    private readonly Invocations invocations;
    private readonly HubOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<TaskHub> log;
    private readonly Counter<long> ended;

    public TaskHub(FunctionTable table, Instances instances, Agenda agenda, Invocations invocations, HubOptions options, TimeProvider time, Meter meter, ILogger<TaskHub> log)
    {
        (this.table, this.instances, this.agenda, this.invocations, this.options, this.time, this.log) = (table, instances, agenda, invocations, options, time, log);
        courier = new(instances, agenda, time);
        ended = meter.CreateCounter<long>("personalization.workflows.ended", description: "Instances of workflows that have ended, by workflow and status");
        meter.CreateObservableGauge("personalization.workflows.live", () => agenda.Count, description: "Instances of workflows that have not ended");
        meter.CreateObservableGauge("personalization.workflows.stuck", () => agenda.Troubled().Select(t => new Measurement<long>(t.Count, new KeyValuePair<string, object?>("reason", t.Trouble.ToString().ToLowerInvariant()))), description: "Instances of workflows that do not get on, by reason");
    }

    /// <summary>Finds every instance that a former process left with something to do.</summary>
    public async Task Recover(CancellationToken stop)
    {
        for (string? next = null; ;)
        {
            var page = await instances.All(next, 200, stop);
            foreach (var (id, instance) in page.Items)
                if (instance is null || !instance.IsOver()) agenda.Ring(id);
            if ((next = page.Next) is null) return;
        }
    }

    /// <summary>Does all that is to be done for one instance now, but its activities, which it returns.</summary>
    public async Task<IReadOnlyList<OpenTask>> Work(Cell cell, CancellationToken stop)
    {
        var (due, over, owed) = (Cell.Never, false, (IReadOnlyList<OpenTask>)[]);
        try
        {
            if (cell.Hangs) await Record(cell, stop);
            else (due, over, owed) = await Advance(cell, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) { due = Later(cell, e); }
        agenda.Release(cell, due, over);
        return owed;
    }

    private async Task<(long Due, bool Over, IReadOnlyList<OpenTask> Owed)> Advance(Cell cell, CancellationToken stop)
    {
        var (instance, etag) = await instances.Read(cell.Id, stop);
        if (instance is { Outbox.Count: > 0 })
        {
            // What was said before comes before what is said next.
            await courier.Deliver(instance, stop);
            (instance, etag) = await instances.Read(cell.Id, stop);
        }

        var finished = cell.Unrecorded();
        if (instance is null)
        {
            cell.Recorded(finished);
            return (Cell.Never, true, []);
        }

        var (lived, said) = (instance.Lives(), instance.LastLetter);
        if (await Change(instance, finished, cell, stop) && !await Keep(instance, etag, lived, said, stop))
        {
            // Somebody told it something meanwhile: once more, with that.
            agenda.Ring(cell.Id);
            return (Cell.Never, false, []);
        }

        cell.Recorded(finished);
        var again = Cell.Never;
        if (instance.Outbox.Count > 0 && !await courier.Deliver(instance, stop)) again = Later(cell, new UndeliveredException());
        else Recovered(cell, instance);
        if (instance.IsOver()) return (Cell.Never, true, []);
        if (instance.Lives() && instance.Inbox.Count > 0) agenda.Ring(cell.Id);
        return (instance.Timers.Select(t => t.FireAt.ToDateTimeOffset().UtcTicks).Append(again).Min(), false, Owed(instance, cell));
    }

    /// <summary>What arrived, and the turn that follows from it; both are written together or, after a crash, done again together.</summary>
    private async ValueTask<bool> Change(Instance instance, IReadOnlyList<Finished> finished, Cell cell, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var changed = InstanceRules.Ring(instance, now);
        foreach (var f in finished) changed |= InstanceRules.Settle(instance, f.Run, f.Task, f.Outcome);
        if (!instance.Lives() || instance.Inbox.Count == 0) return changed;
        var request = TurnTaken.Request(instance, now);
        OrchestratorResponse response;
        try { response = Terminated(instance, request) ?? await Ask(instance.Name, request, cell, stop); }
        catch (Exception)
        {
            await Record(cell, stop);
            throw;
        }

        TurnTaken.Apply(instance, request, response, now);
        return true;
    }

    private async ValueTask<bool> Keep(Instance instance, Etag etag, bool lived, long said, CancellationToken stop)
    {
        var status = await instances.Write(instance, Condition.Matches(etag), stop);
        if (status == Status.TooLarge)
        {
            TurnTaken.Fail(instance, said, new() { ErrorType = "HistoryTooLarge", ErrorMessage = "The history has outgrown a document; a long loop must continue as new." }, time.GetUtcNow());
            status = await instances.Write(instance, Condition.Matches(etag), stop);
            if (status == Status.TooLarge) throw new TurnFailedException();
        }

        if (status != Status.Ok) return false;
        if (lived && !instance.Lives()) ended.Add(1, new("workflow", instance.Name), new("status", instance.Status.ToString()));
        return true;
    }

    private IReadOnlyList<OpenTask> Owed(Instance instance, Cell cell) => [.. instance.Tasks.Where(t => Does(t) && cell.Begin(t.Run, t.Id))];

    private bool Does(OpenTask task) => table.Find(task.Name)?.Trigger is Trigger.Activity;

    private void Recovered(Cell cell, Instance instance)
    {
        var missing = instance.Tasks.FirstOrDefault(t => !Does(t));
        if (missing is not null && cell.Trouble != Trouble.Build) LogMissing(log, instance.Name, missing.Name);
        (cell.Trouble, cell.Failures) = (missing is null ? Trouble.None : Trouble.Build, 0);
    }
}
