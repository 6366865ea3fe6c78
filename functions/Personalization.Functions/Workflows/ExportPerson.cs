using Personalization.Functions.Durable;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>Gathers what is kept of a person, keeps it for them for a while, and deletes it again.</summary>
internal static class ExportPerson
{
    public static readonly Workflow<string, string> Program = new("ExportPerson", Json.Default.String, Json.Default.String, Run);

    public static readonly Activity<string, DateTimeOffset?> Gather = new("GatherExport", Json.Default.String, Json.Default.NullableDateTimeOffset);
    public static readonly Activity<string, bool> Drop = new("DropExport", Json.Default.String, Json.Default.Boolean);

    private static async Task<string> Run(WorkflowContext context, string handle)
    {
        var (notices, tries) = (new Notices(context, handle), 0);
        while (true)
        {
            var step = "admission";
            try
            {
                var gate = await RequestWork.Enter(context, handle);
                notices.Tell(gate);
                tries = gate.Try;
                if (gate.Word == GateWord.Over)
                {
                    if (gate.Until is { } end) await Expire(context, handle, end);
                    break;
                }

                step = "gathering";
                await context.Call(Gather, handle, RequestWork.Patient);
            }
            // It stands still until staff have it tried again.
            catch (StepFailedException) { tries = await context.Call(RequestWork.Fail, new FailedStep(handle, step, tries), RequestWork.Patient); }
        }

        return await RequestWork.Leave(context, handle, notices);
    }

    private static async Task Expire(WorkflowContext context, string handle, DateTimeOffset end)
    {
        context.Status("waiting for the export to expire", Json.Default.String);
        await context.WaitUntil(end);
        await context.Call(Drop, handle, RequestWork.Patient);
    }
}
