using Personalization.Functions.Durable;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>
/// Tells whoever wants to know what becomes of a request, one status after the other. The work does not wait for them, and
/// whoever cannot be reached holds nobody up.
/// </summary>
internal sealed class Notices(WorkflowContext context, string handle)
{
    private string? last;

    /// <summary>Ends when everybody has been told everything so far, or could not be.</summary>
    public Task Sent { get; private set; } = Task.CompletedTask;

    public void Tell(Gate gate)
    {
        if (gate.Callbacks == 0 || gate.State == last) return;
        last = gate.State;
        Sent = After(Sent, gate.State, gate.Callbacks);
    }

    private async Task After(Task before, string status, int callbacks)
    {
        await before;
        var each = new Task[callbacks];
        for (var place = 0; place < callbacks; place++) each[place] = Tell(new Notice(handle, place, status));
        await Task.WhenAll(each);
    }

    private async Task Tell(Notice notice)
    {
        try { await context.Call(RequestWork.Notify, notice, RequestWork.Persistent); }
        // It is counted where it was tried; the request goes on.
        catch (StepFailedException) { }
    }
}
