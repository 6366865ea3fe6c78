using Google.Protobuf;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Protocol;
using Personalization.Functions.Hosting;

namespace Personalization.Functions.Durable.Hub;

/// <summary>How a program is asked, by the same text the host would send, and what becomes of one that does not answer.</summary>
internal sealed partial class TaskHub
{
    // Being ended needs no program, and the one it has may be missing or never come back.
    private static OrchestratorResponse? Terminated(Instance instance, OrchestratorRequest request)
    {
        var end = Turn.Terminated(request);
        if (end is not null) end.CustomStatus = instance.CustomStatus;
        return end;
    }

    private async ValueTask<OrchestratorResponse> Ask(string name, OrchestratorRequest request, Cell cell, CancellationToken stop)
    {
        if (table.Find(name)?.Trigger is not Trigger.Orchestration turn) throw new MissingFunctionException(name);
        string? answer = null;
        // On a thread of its own: a program that never comes back must not take ours along.
        var asking = Task.Run(async () => await invocations.Run(name, null, async () => answer = await turn.Handle(request.ToByteString().ToBase64(), stop)), CancellationToken.None);
        try
        {
            if (await asking.WaitAsync(options.TurnLimit, time, CancellationToken.None) is { } failure) throw failure is UnservedVersionException ? failure : new TurnFailedException();
        }
        catch (TimeoutException)
        {
            cell.Hangs = true;
            _ = Returned(asking, cell);
            throw new TurnFailedException();
        }

        return OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(answer));
    }

    // Its answer is not wanted any more, but its thread is free, so it may be asked again.
    private async Task Returned(Task turn, Cell cell)
    {
        await turn;
        cell.Hangs = false;
        agenda.Ring(cell.Id);
    }
}
