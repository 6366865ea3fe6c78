using Google.Protobuf;
using Personalization.Functions.Durable.Protocol;
using Kind = Personalization.Functions.Durable.Protocol.HistoryEvent.KindOneofCase;

namespace Personalization.Functions.Durable.Execution;

/// <summary>The program of a workflow on JSON texts: a run of it and its input in, its result out.</summary>
internal delegate Task<string?> RawProgram(Replay run, string? input);

/// <summary>
/// One turn of one instance: its history goes in, what its program asks for beyond that comes out. Nothing is kept between
/// turns and nothing is read but the request, so a turn that is lost is taken again with the same answer.
/// </summary>
internal static class Turn
{
    /// <param name="request">As the host sends it: protobuf in base64.</param>
    /// <param name="program">What to run.</param>
    /// <exception cref="UnservedVersionException">This build cannot go on with the instance; another can.</exception>
    public static string Take(string request, RawProgram program) =>
        Convert.ToBase64String(Take(OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(request)), program).ToByteArray());

    public static OrchestratorResponse Take(OrchestratorRequest request, RawProgram program)
    {
        if (IsCut(request)) return new() { InstanceId = request.InstanceId, RequiresHistory = true };
        var replay = new Replay(request.InstanceId, program);
        try
        {
            replay.Run(request.PastEvents, replaying: true);
            replay.Run(request.NewEvents, replaying: false);
            return replay.End();
        }
        // The way out where no build serves the version any more: being ended needs no program.
        catch (UnservedVersionException) when (Terminated(request) is { } end) { return end; }
    }

    /// <summary>The turn of one that is told to end, without its program; null where it is not told so.</summary>
    public static OrchestratorResponse? Terminated(OrchestratorRequest request)
    {
        if (request.NewEvents.FirstOrDefault(e => e.KindCase == Kind.ExecutionTerminated) is not { } end) return null;
        var complete = new CompleteOrchestration { Status = OrchestrationStatus.Terminated, Result = end.ExecutionTerminated.Reason };
        var last = request.PastEvents.Where(e => e.KindCase is Kind.TaskScheduled or Kind.TimerCreated or Kind.SubOrchestrationCreated or Kind.EventSent).Select(e => e.EventId).DefaultIfEmpty(-1).Max();
        return new() { InstanceId = request.InstanceId, Actions = { new OrchestratorAction { Id = last + 1, CompleteOrchestration = complete } } };
    }

    // A host that keeps sessions leaves the past out; we keep none and ask for it.
    private static bool IsCut(OrchestratorRequest request) =>
        request.PastEvents.Count == 0 && request.Properties.TryGetValue("IncludeState", out var state) && state is { HasBoolValue: true, BoolValue: false }
        && !request.NewEvents.Any(e => e.KindCase == Kind.ExecutionStarted);
}
