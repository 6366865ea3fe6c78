using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Privacy.Proving;

namespace Personalization.Functions.Workflows;

/// <summary>Lets somebody who does not exist live, be erased and be looked for. It takes as long as an erasure does.</summary>
internal static class DrillWorkflow
{
    private static readonly Activity<string, bool> Live = new("DrillLive", Json.Default.String, Json.Default.Boolean);
    private static readonly Activity<string, bool> Seen = new("DrillSeen", Json.Default.String, Json.Default.Boolean);
    private static readonly Activity<string, bool> Forget = new("DrillForget", Json.Default.String, Json.Default.Boolean);
    private static readonly Activity<string, string> Erasure = new("DrillErasure", Json.Default.String, Json.Default.String);
    private static readonly Activity<string, bool> Gone = new("DrillGone", Json.Default.String, Json.Default.Boolean);
    private static readonly Activity<DrillEnd, DrillStatus> End = new("DrillEnd", Json.Default.DrillEnd, Json.Default.DrillStatus);

    private static readonly Retry Patient = new(Attempts: 12, First: TimeSpan.FromSeconds(2), Backoff: 2, Longest: TimeSpan.FromMinutes(10));

    /// <summary>For what must come to its end whatever happens: nobody who was made up stays, and no drill goes unnoticed.</summary>
    private static readonly Retry Enduring = new(Attempts: 1000, First: TimeSpan.FromSeconds(2), Backoff: 2, Longest: TimeSpan.FromHours(1));

    /// <summary>What is sent becomes features within a second; a stream that is behind may take longer.</summary>
    private static readonly TimeSpan ToBeSeen = TimeSpan.FromMinutes(30);

    /// <summary>Longer than any stream keeps a record and any request waits.</summary>
    private static readonly TimeSpan ToBeErased = TimeSpan.FromDays(14);

    /// <summary>The tombstone of the person stands for a while and then goes by itself.</summary>
    private static readonly TimeSpan ToBeGone = TimeSpan.FromDays(7);

    public static readonly Workflow<string, DrillStatus> Workflow = new("RunDrill", Json.Default.String, Json.Default.DrillStatus, Run);

    public static IEnumerable<Function> Functions(Drills drills) =>
    [
        Workflow.Function(), Live.Does(drills.Live), Seen.Does(drills.Seen), Forget.Does(drills.AskToBeForgotten, durableClient: true),
        Erasure.Does(drills.Erasure, durableClient: true), Gone.Does(drills.Gone), End.Does(drills.End),
    ];

    public static string InstanceOf(string drill) => "drill-" + drill;

    private static async Task<DrillStatus> Run(WorkflowContext flow, string drill)
    {
        var seen = await Lived(flow, drill);
        // Also where nothing was seen of them: nobody is left behind.
        await flow.Call(Forget, drill, Enduring);
        var state = "";
        await Until(flow, ToBeErased, async () => (state = await flow.Call(Erasure, drill, Enduring)) is "completed" or "cancelled" or "denied" or "failed");
        if (state != "completed") return await flow.Call(End, new(drill, DrillStatus.NotErased), Enduring);
        var gone = await Until(flow, ToBeGone, () => flow.Call(Gone, drill, Enduring));
        return await flow.Call(End, new(drill, !seen ? DrillStatus.NotSeen : gone ? DrillStatus.Passed : DrillStatus.Left), Enduring);
    }

    private static async Task<bool> Lived(WorkflowContext flow, string drill)
    {
        try
        {
            await flow.Call(Live, drill, Patient);
            return await Until(flow, ToBeSeen, () => flow.Call(Seen, drill, Patient));
        }
        catch (StepFailedException) { return false; }
    }

    // Looks often at first and then once an hour.
    private static async Task<bool> Until(WorkflowContext flow, TimeSpan longest, Func<Task<bool>> done)
    {
        var (end, wait) = (flow.Now + longest, TimeSpan.FromSeconds(1));
        while (!await done())
        {
            if (flow.Now >= end) return false;
            await flow.WaitUntil(flow.Now + wait);
            if (wait < TimeSpan.FromHours(1)) wait += wait;
        }

        return true;
    }
}
