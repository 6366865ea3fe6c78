using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Identity.Merging;

namespace Personalization.Functions.Workflows;

/// <summary>
/// Does one change to who is who while nobody else changes the same persons. Locks are taken in order of the subjects and
/// all or none, so changes that cross wait for each other and never for ever; what is held too long by another, such as an
/// erasure, is not waited for.
/// </summary>
internal static class PersonChangeWorkflow
{
    private static readonly Activity<HeldChange, bool> Hold = new("HoldPersons", Json.Default.HeldChange, Json.Default.Boolean);
    private static readonly Activity<PersonChange, ChangeOutcome> Apply = new("ChangePersons", Json.Default.PersonChange, Json.Default.ChangeOutcome);
    private static readonly Activity<PersonChange, ChangeOutcome> Abandon = new("AbandonChange", Json.Default.PersonChange, Json.Default.ChangeOutcome);
    private static readonly Activity<HeldChange, bool> Release = new("ReleasePersons", Json.Default.HeldChange, Json.Default.Boolean);

    private static readonly Retry Patient = new(Attempts: 20, First: TimeSpan.FromSeconds(1), Backoff: 2, Longest: TimeSpan.FromMinutes(5));

    /// <summary>For what must not stay undone: whoever is held by nobody who works any more could never be erased.</summary>
    private static readonly Retry Enduring = new(Attempts: 1000, First: TimeSpan.FromSeconds(1), Backoff: 2, Longest: TimeSpan.FromHours(1));

    /// <summary>Two who merge pass each other in less; whoever is erased takes days, and is not merged then.</summary>
    private static readonly TimeSpan ToMerge = TimeSpan.FromMinutes(1);

    /// <summary>What undoes or answers something has its place in the log already, and waits for its turn.</summary>
    private static readonly TimeSpan ToUndo = TimeSpan.FromDays(30);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public static readonly Workflow<PersonChange, ChangeOutcome> Workflow = new("ChangeWhoIsWho", Json.Default.PersonChange, Json.Default.ChangeOutcome, Run);

    public static IEnumerable<Function> Functions(PersonChanges changes) =>
    [
        Workflow.Function(),
        Hold.Does((held, stop) => changes.Hold(held.Change, held.Owner, stop)),
        Apply.Does(changes.Apply),
        Abandon.Does(changes.Abandon),
        Release.Does(async (held, stop) =>
        {
            await changes.Release(held.Change, held.Owner, stop);
            return true;
        }),
    ];

    /// <summary>The instance that does a change; the same for all who ask for the same.</summary>
    public static string InstanceOf(PersonChange change) => $"{change.Kind}-{change.Name}".ToLowerInvariant();

    private static async Task<ChangeOutcome> Run(WorkflowContext flow, PersonChange change)
    {
        var held = new HeldChange(change, flow.Instance);
        try
        {
            if (!await Waited(flow, held)) return await flow.Call(Abandon, change, Patient);
            var outcome = await flow.Call(Apply, change, Patient);
            await flow.Call(Release, held, Enduring);
            return outcome;
        }
        catch (StepFailedException)
        {
            await flow.Call(Release, held, Enduring);
            throw;
        }
    }

    private static async Task<bool> Waited(WorkflowContext flow, HeldChange held)
    {
        var (end, wait) = (flow.Now + (held.Change.Kind == PersonChangeKind.Merge ? ToMerge : ToUndo), TimeSpan.FromSeconds(1));
        while (!await flow.Call(Hold, held, Patient))
        {
            if (flow.Now >= end) return false;
            await flow.WaitUntil(flow.Now + wait);
            wait = wait + wait < LongestWait ? wait + wait : LongestWait;
        }

        return true;
    }
}

/// <param name="Change">What is done.</param>
/// <param name="Owner">By whom the persons are held.</param>
internal sealed record HeldChange(PersonChange Change, string Owner);
