using Personalization.Functions.Durable;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>
/// Erases a person: nothing more comes in, everything is deleted and looked for, what is still in the stream runs out, and
/// then all of it once more, because something may have been on its way. What is done twice is done once.
/// </summary>
internal static class ErasePerson
{
    public static readonly Workflow<string, string> Program = new("ErasePerson", Json.Default.String, Json.Default.String, Run);

    public static readonly Activity<string, bool> Tombstone = new("TombstonePerson", Json.Default.String, Json.Default.Boolean);
    public static readonly Activity<MemberStep, bool> Delete = new("DeletePerson", Json.Default.MemberStep, Json.Default.Boolean);
    public static readonly Activity<string, long> Left = new("SearchPerson", Json.Default.String, Json.Default.Int64);
    public static readonly Activity<string, DateTimeOffset> Wait = new("AwaitRetention", Json.Default.String, Json.Default.DateTimeOffset);
    public static readonly Activity<string, bool> Finish = new("FinishErasure", Json.Default.String, Json.Default.Boolean);

    /// <summary>How often it is looked again where something is left.</summary>
    private const int Rounds = 6;

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMinutes(1);

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
                if (gate.Word == GateWord.Over) break;
                step = "deletion";
                await Pass(context, handle, gate);
                step = "retention";
                var until = await context.Call(Wait, handle, RequestWork.Patient);
                context.Status("waiting for the stream", Json.Default.String);
                await context.WaitUntil(until);
                step = "verification";
                await Pass(context, handle, await RequestWork.Enter(context, handle));
                step = "certificate";
                await context.Call(Finish, handle, RequestWork.Patient);
            }
            // It stands still until staff have it tried again.
            catch (StepFailedException) { tries = await context.Call(RequestWork.Fail, new FailedStep(handle, step, tries), RequestWork.Patient); }
        }

        return await RequestWork.Leave(context, handle, notices);
    }

    private static async Task Pass(WorkflowContext context, string handle, Gate gate)
    {
        for (var round = 1; ; round++)
        {
            var members = await Close(context, handle, gate);
            context.Status("deleting", Json.Default.String);
            var deleting = new Task[members];
            for (var place = 0; place < members; place++) deleting[place] = context.Call(Delete, new MemberStep(handle, place), RequestWork.Patient);
            await Task.WhenAll(deleting);
            if (await context.Call(Left, handle, RequestWork.Patient) == 0) return;
            if (round == Rounds) throw new StepFailedException("Something of the person is found however often it is deleted.");
            await context.WaitUntil(context.Now + (BetweenRounds * round));
        }
    }

    /// <summary>Somebody may have been joined to them at the last moment, until nobody can be: then all who are one person are known.</summary>
    private static async Task<int> Close(WorkflowContext context, string handle, Gate gate)
    {
        while (true)
        {
            await context.Call(Tombstone, handle, RequestWork.Patient);
            var again = await RequestWork.Enter(context, handle);
            if (again.Members == gate.Members) return again.Members;
            gate = again;
        }
    }
}
