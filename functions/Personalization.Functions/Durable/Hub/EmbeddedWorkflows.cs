using System.Text.Json;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Protocol;
using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>Instances in the embedded hub: written first, then rung for.</summary>
internal sealed class EmbeddedWorkflows(Instances instances, Agenda agenda, TimeProvider time) : IWorkflows
{
    public async ValueTask<bool> Start<TIn, TOut>(Workflow<TIn, TOut> workflow, string instance, TIn input, CancellationToken stop)
    {
        InstanceId.Require(instance);
        var (text, started) = (VersionedInput.Write(workflow.Programs.Count, JsonSerializer.Serialize(input, workflow.In)), false);
        await instances.Update(instance, there => (started = there?.MayGo() != false) ? InstanceRules.Begin(instance, workflow.Name, text, null, time.GetUtcNow()) : null, stop);
        if (started) agenda.Ring(instance);
        return started;
    }

    public async ValueTask<InstanceState?> Find(string instance, CancellationToken stop) =>
        (await instances.Read(instance, stop)).Instance is { } found ? State(found) : null;

    public async ValueTask<Page<InstanceState>> List(IReadOnlyCollection<RunStatus> statuses, string? next, int max, CancellationToken stop)
    {
        var found = new List<InstanceState>();
        while (true)
        {
            var page = await instances.All(next, max, stop);
            found.AddRange(page.Items.Select(i => i.Instance).OfType<Instance>().Select(State).Where(s => statuses.Count == 0 || statuses.Contains(s.Status)));
            next = page.Next;
            // What is wanted may be rare among what there is.
            if (next is null || found.Count > 0) return new(found, next);
        }
    }

    public ValueTask<Told> Raise<T>(string instance, Signal<T> signal, T data, CancellationToken stop) =>
        Tell(instance, new() { EventRaised = new() { Name = signal.Name, Input = JsonSerializer.Serialize(data, signal.Type) } }, stop);

    public async ValueTask<Told> Terminate(string instance, string reason, CancellationToken stop)
    {
        var end = new HistoryEvent { ExecutionTerminated = new() { Reason = InstanceId.Reason(reason) } };
        try { return await Tell(instance, end, stop); }
        // What it holds is of no use any more, and would keep it from ever ending.
        catch (StoreUnavailableException e) when (e.Status == Status.TooLarge) { return await Tell(instance, end, stop, InstanceRules.MakeRoom); }
    }

    public ValueTask<Told> Suspend(string instance, string reason, CancellationToken stop) => Tell(instance, new() { ExecutionSuspended = new() { Reason = InstanceId.Reason(reason) } }, stop);

    public ValueTask<Told> Resume(string instance, string reason, CancellationToken stop) => Tell(instance, new() { ExecutionResumed = new() { Reason = InstanceId.Reason(reason) } }, stop);

    public ValueTask<Told> Purge(string instance, CancellationToken stop) => instances.Purge(instance, stop);

    private async ValueTask<Told> Tell(string instance, HistoryEvent what, CancellationToken stop, Action<Instance>? before = null)
    {
        var told = Told.Unknown;
        await instances.Update(instance, there =>
        {
            told = there is null ? Told.Unknown : there.Lives() ? Told.Done : Told.Ended;
            if (told != Told.Done) return null;
            before?.Invoke(there!);
            there!.Inbox.Add(InstanceRules.Event(time.GetUtcNow(), what.Clone()));
            return there;
        }, stop);
        if (told == Told.Done) agenda.Ring(instance);
        return told;
    }

    private static InstanceState State(Instance i) =>
        new(i.Id, i.Name, (RunStatus)i.Status, i.CustomStatus, i.Output, i.Created.ToDateTimeOffset(), i.Updated.ToDateTimeOffset());
}
