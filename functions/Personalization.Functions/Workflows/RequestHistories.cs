using Personalization.Functions.Durable;
using Personalization.Identity.Merging;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>Takes away the histories nobody asks after any more: of a request that is put away, and of changes to whoever was erased.</summary>
internal sealed class RequestHistories(IWorkflows workflows)
{
    private const string Reason = "over";

    /// <param name="request">Whose.</param>
    /// <param name="end">Whether its own workflow is ended where it has not; it goes the next time then.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What is gone.</returns>
    public async ValueTask<RequestCommand.Purged> Purge(PrivacyRequest request, bool end, CancellationToken stop)
    {
        var merges = new List<string>();
        foreach (var merge in request.Merges)
            if (await Changes(merge, stop)) merges.Add(merge);
        var own = request is { IsPutAway: true, HistoryGone: false } && (end || !request.IsUnsettled);
        return new(merges, own && await Gone(RequestWork.InstanceOf(request.Handle), end, stop));
    }

    // What still waits for somebody who is erased has nothing to wait for, and holds nobody: the erasure does.
    private async ValueTask<bool> Changes(string merge, CancellationToken stop)
    {
        var gone = true;
        foreach (var kind in Enum.GetValues<PersonChangeKind>()) gone &= await Gone(PersonChangeWorkflow.InstanceOf(new(kind, merge, Reason)), end: true, stop);
        return gone;
    }

    private async ValueTask<bool> Gone(string instance, bool end, CancellationToken stop)
    {
        if (await workflows.Purge(instance, stop) != Told.Ended) return true;
        if (end) await workflows.Terminate(instance, Reason, stop);
        return false;
    }
}
