using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Privacy.Exporting;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>What the workflows of all requests share: the steps, the way in, and the word to whoever wants to know.</summary>
internal static class RequestWork
{
    /// <summary>Something was said to the request: look at it again. Nothing is told by it, so whoever forges one achieves nothing.</summary>
    public static readonly Signal<string> Look = new("look", Json.Default.String);

    public static readonly Activity<string, Gate> Admit = new("AdmitRequest", Json.Default.String, Json.Default.Gate);
    public static readonly Activity<FailedStep, int> Fail = new("FailRequest", Json.Default.FailedStep, Json.Default.Int32);
    public static readonly Activity<string, bool> Settle = new("SettleRequest", Json.Default.String, Json.Default.Boolean);
    public static readonly Activity<Notice, bool> Notify = new("NotifyController", Json.Default.Notice, Json.Default.Boolean);

    /// <summary>A store that is down for hours fails nobody's request: about seven hours in all.</summary>
    public static readonly Retry Patient = new(16, TimeSpan.FromSeconds(5), 2, TimeSpan.FromHours(1));

    /// <summary>Whoever cannot be told within about a day is not told.</summary>
    public static readonly Retry Persistent = new(30, TimeSpan.FromSeconds(10), 2, TimeSpan.FromHours(1));

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan NoHurry = TimeSpan.FromDays(1);

    public static IEnumerable<Function> All(RequestSteps requests, ErasureSteps erasures, ExportSteps exports, StatusCallbacks callbacks) =>
    [
        ErasePerson.Program.Function(), ExportPerson.Program.Function(), Admit.Does(requests.Admit), Fail.Does(requests.Fail), Settle.Does(requests.Settle), Notify.Does(callbacks.Send),
        ErasePerson.Tombstone.Does(erasures.Tombstone), ErasePerson.Delete.Does(erasures.Delete), ErasePerson.Left.Does(erasures.Left), ErasePerson.Wait.Does(erasures.Wait),
        ErasePerson.Finish.Does(erasures.Finish), ExportPerson.Gather.Does(exports.Gather), ExportPerson.Drop.Does(exports.Drop),
    ];

    /// <summary>Waits until the request may be carried out and everybody it is about is locked, or until it has ended.</summary>
    public static async Task<Gate> Enter(WorkflowContext context, string handle)
    {
        var wait = ShortestWait;
        while (true)
        {
            var gate = await context.Call(Admit, handle, Patient);
            if (gate.Word is GateWord.Go or GateWord.Over) return gate;
            context.Status(gate.Word == GateWord.Busy ? "waiting for another request" : "waiting for somebody's word", Json.Default.String);
            var until = gate.Word == GateWord.Busy ? context.Now + wait : gate.Until ?? context.Now + NoHurry;
            if (gate.Word == GateWord.Busy) wait = wait + wait < LongestWait ? wait + wait : LongestWait;
            await context.Wait(Look, until);
        }
    }

    /// <summary>The last things: what was only needed on the way is not kept.</summary>
    public static async Task<string> Leave(WorkflowContext context, string handle, Notices notices)
    {
        await notices.Sent;
        await context.Call(Settle, handle, Patient);
        return "ended";
    }

    public static string InstanceOf(string handle) => "privacy-" + handle;
}

/// <summary>That a request has come to a status.</summary>
/// <param name="Handle">The request's.</param>
/// <param name="Place">Which of those who want to know.</param>
/// <param name="Status">In OpenDSR's words.</param>
internal sealed record Notice(string Handle, int Place, string Status);
