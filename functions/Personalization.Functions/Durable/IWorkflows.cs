namespace Personalization.Functions.Durable;

/// <summary>
/// Instances of workflows from outside: over the host's management API where a host runs them, directly where we do.
/// Under the host, only functions that declare the durable client can use it.
/// </summary>
internal interface IWorkflows
{
    /// <summary>Starts an instance unless one of that id is pending, running or suspended; one that has ended is replaced.</summary>
    /// <returns>False where there is one.</returns>
    ValueTask<bool> Start<TIn, TOut>(Workflow<TIn, TOut> workflow, string instance, TIn input, CancellationToken stop);

    /// <summary>Null where there is none.</summary>
    ValueTask<InstanceState?> Find(string instance, CancellationToken stop);

    /// <summary>Instances of some statuses, in no order, a page at a time; no status means all.</summary>
    ValueTask<Storage.Page<InstanceState>> List(IReadOnlyCollection<RunStatus> statuses, string? next, int max, CancellationToken stop);

    /// <summary>Tells an instance something; what it does not wait for yet is kept until it does.</summary>
    ValueTask<Told> Raise<T>(string instance, Signal<T> signal, T data, CancellationToken stop);

    ValueTask<Told> Terminate(string instance, string reason, CancellationToken stop);

    ValueTask<Told> Suspend(string instance, string reason, CancellationToken stop);

    ValueTask<Told> Resume(string instance, string reason, CancellationToken stop);

    /// <summary>Deletes an ended instance and everything kept of it.</summary>
    ValueTask<Told> Purge(string instance, CancellationToken stop);
}

/// <summary>What became of telling an instance something.</summary>
internal enum Told
{
    Done = 1,

    /// <summary>There is no such instance.</summary>
    Unknown,

    /// <summary>It has ended (for a purge: it has not), so this cannot be done.</summary>
    Ended,
}

internal enum RunStatus { Running, Completed, ContinuedAsNew, Failed, Canceled, Terminated, Pending, Suspended }

/// <param name="Instance">Its id.</param>
/// <param name="Workflow">Which it is one of.</param>
/// <param name="Status">How it stands.</param>
/// <param name="CustomStatus">What its program last said, as JSON text.</param>
/// <param name="Output">Its result as JSON text, or why it failed.</param>
/// <param name="Created">When it was started.</param>
/// <param name="Updated">When it last did something.</param>
internal sealed record InstanceState(
    string Instance, string Workflow, RunStatus Status, string? CustomStatus, string? Output, DateTimeOffset Created, DateTimeOffset Updated);
