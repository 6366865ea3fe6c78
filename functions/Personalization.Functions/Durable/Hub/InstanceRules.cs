using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Hub;

/// <summary>How an instance comes into being and what arrives at one.</summary>
internal static class InstanceRules
{
    /// <summary>The id of events that are nobody's action.</summary>
    public const int NoAction = -1;

    /// <summary>How large an input may be to be kept of an instance that outgrew its document.</summary>
    private const int LongestStart = 64 * 1024;

    public static Instance Begin(string id, string name, string? input, Parent? parent, DateTimeOffset now)
    {
        var run = NewRun();
        return new()
        {
            Id = id, Name = name, Run = run, Origin = run, Status = OrchestrationStatus.Pending, Parent = parent,
            Created = Timestamp.FromDateTimeOffset(now), Updated = Timestamp.FromDateTimeOffset(now), Inbox = { Started(id, name, run, input, now) },
        };
    }

    public static bool Lives(this Instance i) => i.Status is OrchestrationStatus.Running or OrchestrationStatus.Pending or OrchestrationStatus.Suspended;

    /// <summary>It has ended and whoever is to hear of it has, so another may take its place. Its letters would go with its document.</summary>
    public static bool MayGo(this Instance i) => !i.Lives() && i.Outbox.Count == 0;

    /// <summary>Nothing is left to be done for it, so its history may go when it is old.</summary>
    public static bool IsOver(this Instance i) => i.MayGo() && i.Tasks.Count == 0;

    public static HistoryEvent Started(string id, string name, string run, string? input, DateTimeOffset now) =>
        Event(now, new() { ExecutionStarted = new() { Name = name, Input = input, Instance = new() { InstanceId = id, ExecutionId = run } } });

    public static HistoryEvent Event(DateTimeOffset now, HistoryEvent e, int id = NoAction)
    {
        (e.EventId, e.Timestamp) = (id, Timestamp.FromDateTimeOffset(now));
        return e;
    }

    /// <summary>Keeps of one that is to end no more than how it began, where its document has no room for being told so.</summary>
    public static void MakeRoom(Instance i)
    {
        var began = i.Past.Concat(i.Inbox).FirstOrDefault(e => e.KindCase == HistoryEvent.KindOneofCase.ExecutionStarted && e.CalculateSize() < LongestStart);
        i.Past.Clear();
        i.Inbox.Clear();
        i.Tasks.Clear();
        i.Timers.Clear();
        if (began is not null) i.Past.Add(began);
    }

    /// <summary>What came of an activity. Of a run that is over only the debt is settled.</summary>
    /// <returns>False where it had been settled before.</returns>
    public static bool Settle(Instance i, string run, int task, HistoryEvent outcome)
    {
        if (i.Tasks.FirstOrDefault(t => t.Id == task && t.Run == run) is not { } open) return false;
        i.Tasks.Remove(open);
        if (run == i.Run && i.Lives()) i.Inbox.Add(outcome);
        return true;
    }

    /// <summary>Lets the timers ring whose time has come.</summary>
    public static bool Ring(Instance i, DateTimeOffset now)
    {
        if (!i.Lives()) return false;
        var due = i.Timers.Where(t => t.FireAt.ToDateTimeOffset() <= now).OrderBy(t => t.FireAt).ThenBy(t => t.Id).ToList();
        foreach (var timer in due)
        {
            i.Timers.Remove(timer);
            i.Inbox.Add(Event(now, new() { TimerFired = new() { TimerId = timer.Id, FireAt = timer.FireAt } }));
        }

        return due.Count > 0;
    }

    public static string NewRun() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
