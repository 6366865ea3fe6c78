using Personalization.Functions.Durable.Protocol;
using Kind = Personalization.Functions.Durable.Protocol.OrchestratorAction.KindOneofCase;

namespace Personalization.Functions.Durable.Execution;

/// <summary>What the program asked for. What the history confirms is done; the rest is the answer of the turn.</summary>
internal sealed class Asked
{
    private readonly SortedDictionary<int, OrchestratorAction> open = [];

    /// <summary>One counter for everything, in the order of the calls.</summary>
    public int Next { get; private set; }

    public IEnumerable<OrchestratorAction> Unconfirmed => open.Values;

    public int Add(OrchestratorAction action)
    {
        action.Id = Next++;
        open.Add(action.Id, action);
        return action.Id;
    }

    /// <summary>Null where the history agrees with the program, else what they disagree about.</summary>
    public FailureDetails? Confirm(int id, Kind kind, string name)
    {
        if (!open.TryGetValue(id, out var action)) return Failures.OfReplay(Said(id, kind, name), "has not asked for that");
        if (action.KindCase != kind || !Name(action).Equals(name, StringComparison.OrdinalIgnoreCase)) return Failures.OfReplay(Said(id, kind, name), $"asks for {Words(action.KindCase)} '{Name(action)}' there");
        open.Remove(id);
        return null;
    }

    private static string Said(int id, Kind kind, string name) => $"that step {id} was {Words(kind)} '{name}'";

    private static string Words(Kind kind) => kind switch
    {
        Kind.ScheduleTask => "the activity",
        Kind.CreateSubOrchestration => "the child",
        Kind.CreateTimer => "a timer",
        _ => "the event",
    };

    private static string Name(OrchestratorAction action) => action.KindCase switch
    {
        Kind.ScheduleTask => action.ScheduleTask.Name,
        Kind.CreateSubOrchestration => action.CreateSubOrchestration.Name,
        Kind.SendEvent => action.SendEvent.Name,
        _ => "",
    };
}
