using System.Text.Json;
using Google.Protobuf;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Protocol;
using Kind = Personalization.Functions.Durable.Protocol.OrchestratorAction.KindOneofCase;

namespace Personalization.Tests.Durable.Execution;

/// <summary>Turns recorded from the official executor, taken by ours: the same is asked for, in the same order, under the same ids.</summary>
public sealed class RecordedTurnsTests
{
    /// <summary>
    /// Where ours differs by right: it completes at once instead of when everything is back (d19), sets no timer after the last
    /// attempt (d09), carries all that is unread one way (x17), and leaves out what a broken replay asked for (x03 to x05).
    /// </summary>
    private static readonly HashSet<(string Id, int Turn)> Otherwise =
        [("d19-when-any-no-cancel", 2), ("d09-retry-exhausted", 6), ("d09-retry-exhausted", 7), ("x17-continue-as-new-two-ways-to-carry", 1)];

    public static TheoryData<string> Ids => new(Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Ids))]
    public void Answered_as_recorded(string id)
    {
        foreach (var (program, turn, request, expected) in Turns(id))
        {
            var answer = OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(Turn.Take(request, RecordedPrograms.Named(program))));
            Assert.Equal(expected.InstanceId, answer.InstanceId);
            if (Otherwise.Contains((id, turn))) continue;
            Same(expected.CustomStatus, answer.CustomStatus);
            if (Broken(expected) is { } broken)
            {
                var only = Assert.Single(answer.Actions).CompleteOrchestration;
                Assert.Equal((OrchestrationStatus.Failed, broken.ErrorType), (only.Status, only.FailureDetails.ErrorType));
                Assert.StartsWith("Non-Deterministic workflow detected:", only.Result, StringComparison.Ordinal);
                continue;
            }

            Assert.Equal(expected.Actions.Select(a => (a.Id, a.KindCase)), answer.Actions.Select(a => (a.Id, a.KindCase)));
            foreach (var (e, a) in expected.Actions.Zip(answer.Actions)) Same(e, a);
        }
    }

    [Fact]
    public void A_retry_that_is_used_up_fails_at_once()
    {
        var answer = Take("d09-retry-exhausted", 6);
        var end = Assert.Single(answer.Actions);
        Assert.Equal((5, OrchestrationStatus.Failed), (end.Id, end.CompleteOrchestration.Status));
        Assert.StartsWith("Task 'Flaky' (#4) failed", end.CompleteOrchestration.Result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_has_returned_completes_without_waiting_for_what_it_left() =>
        Assert.Equal("\"first:activity\"", Assert.Single(Take("d19-when-any-no-cancel", 2).Actions).CompleteOrchestration.Result);

    [Fact]
    public void All_that_is_unread_is_carried_to_the_next_run_in_order()
    {
        var end = Assert.Single(Take("x17-continue-as-new-two-ways-to-carry", 1).Actions).CompleteOrchestration;
        Assert.Equal([("Other", "1"), ("Item", "\"b\"")], end.CarryoverEvents.Select(e => (e.EventRaised.Name, e.EventRaised.Input)));
    }

    [Fact]
    public void A_turn_without_the_history_asks_for_it()
    {
        var request = new OrchestratorRequest { InstanceId = "i", NewEvents = { new HistoryEvent { OrchestratorStarted = new() } } };
        request.Properties["IncludeState"] = Google.Protobuf.WellKnownTypes.Value.ForBool(false);
        Assert.True(Turn.Take(request, RecordedPrograms.Named("Sequence")).RequiresHistory);
    }

    private static OrchestratorResponse Take(string id, int turn)
    {
        var (program, _, request, _) = Turns(id).Single(t => t.Turn == turn);
        return OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(Turn.Take(request, RecordedPrograms.Named(program))));
    }

    private static void Same(OrchestratorAction expected, OrchestratorAction actual)
    {
        switch (expected.KindCase)
        {
            case Kind.ScheduleTask:
                Assert.Equal(expected.ScheduleTask.Name, actual.ScheduleTask.Name);
                Same(expected.ScheduleTask.Input, actual.ScheduleTask.Input);
                break;
            case Kind.CreateSubOrchestration:
                Assert.Equal((expected.CreateSubOrchestration.Name, expected.CreateSubOrchestration.InstanceId), (actual.CreateSubOrchestration.Name, actual.CreateSubOrchestration.InstanceId));
                Same(expected.CreateSubOrchestration.Input, actual.CreateSubOrchestration.Input);
                break;
            case Kind.CreateTimer:
                Assert.Equal(expected.CreateTimer.FireAt, actual.CreateTimer.FireAt);
                break;
            case Kind.SendEvent:
                Assert.Equal((expected.SendEvent.Name, expected.SendEvent.Instance.InstanceId), (actual.SendEvent.Name, actual.SendEvent.Instance.InstanceId));
                Same(expected.SendEvent.Data, actual.SendEvent.Data);
                break;
            case Kind.CompleteOrchestration:
                Same(expected.CompleteOrchestration, actual.CompleteOrchestration);
                break;
            default: Assert.Fail("An action of a kind nobody compares."); break;
        }
    }

    private static void Same(CompleteOrchestration expected, CompleteOrchestration actual)
    {
        Assert.Equal(expected.Status, actual.Status);
        if (expected.Status is OrchestrationStatus.Failed or OrchestrationStatus.Terminated) Assert.Equal(expected.Result, actual.Result);
        else Same(expected.Result, actual.Result);
        Assert.Equal(expected.CarryoverEvents, actual.CarryoverEvents);
        for (var (e, a) = (expected.FailureDetails, actual.FailureDetails); e is not null; (e, a) = (e.InnerFailure, a!.InnerFailure))
            Assert.Equal((e.ErrorType, e.ErrorMessage), (a!.ErrorType, a.ErrorMessage));
    }

    private static void Same(string? expected, string? actual)
    {
        if (expected is null || actual is null) Assert.Equal(expected, actual);
        else Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(actual)), $"{expected} and {actual}");
    }

    private static FailureDetails? Broken(OrchestratorResponse expected) =>
        expected.Actions.LastOrDefault()?.CompleteOrchestration?.FailureDetails is { } f && f.ErrorType.Contains("NonDeterministic", StringComparison.Ordinal) ? f : null;

    internal static IEnumerable<(string Program, int Turn, string Request, OrchestratorResponse Expected)> Turns(string id)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, id + ".json")));
        foreach (var turn in document.RootElement.GetProperty("turns").EnumerateArray())
            yield return (turn.GetProperty("program").GetString()!, turn.GetProperty("turn").GetInt32(), turn.GetProperty("requestBase64").GetString()!,
                OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(turn.GetProperty("responseBase64").GetString()!)));
    }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Durable", "vectors");
}
