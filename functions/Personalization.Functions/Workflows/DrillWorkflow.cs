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
        await flow.Call(Live, drill, Patient);
        if (!await Until(flow, ToBeSeen, () => flow.Call(Seen, drill, Patient))) return await flow.Call(End, new(drill, DrillStatus.NotSeen), Patient);
        await flow.Call(Forget, drill, Patient);
        var state = "";
        var over = await Until(flow, ToBeErased, async () => (state = await flow.Call(Erasure, drill, Patient)) is "completed" or "cancelled" or "denied" or "failed");
        if (!over || state != "completed") return await flow.Call(End, new(drill, DrillStatus.NotErased), Patient);
        var gone = await Until(flow, ToBeGone, () => flow.Call(Gone, drill, Patient));
        return await flow.Call(End, new(drill, gone ? DrillStatus.Passed : DrillStatus.Left), Patient);
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
