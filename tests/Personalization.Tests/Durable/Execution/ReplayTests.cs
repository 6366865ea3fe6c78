using Google.Protobuf.WellKnownTypes;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Protocol;

namespace Personalization.Tests.Durable.Execution;

/// <summary>A program keeps to its turn; one that does not is found out and told so.</summary>
public sealed class ReplayTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> ForeignWaits => ["run", "delay", "source", "configured", "pool"];

    [Theory, MemberData(nameof(ForeignWaits))]
    public void A_program_that_awaits_something_foreign_fails_instead_of_hanging(string which)
    {
        using var never = new ManualResetEventSlim();
        RawProgram program = which switch
        {
            "run" => async (_, _) => { await Task.Run(() => never.Wait()); return null; },
            "delay" => async (_, _) => { await Task.Delay(TimeSpan.FromDays(1), new ManualClock()); return null; },
            "source" => (_, _) => new TaskCompletionSource<string?>().Task,
            "configured" => async (run, _) => { await run.Act("A", null).ConfigureAwait(false); return await run.Act("B", null); },
            _ => async (run, _) => { await Task.Run(() => run.Act("A", null)); return null; },
        };
        var past = which == "configured" ? new[] { Started(), Begun(), Scheduled(0, "A") } : [];
        var end = Take(program, past, past.Length == 0 ? [Started(), Begun()] : [Started(), Completed(0, "1")]);
        never.Set();
        Assert.Equal(OrchestrationStatus.Failed, end.Actions[^1].CompleteOrchestration.Status);
        // What runs elsewhere may ask for a step while the turn goes on, and is told so; or after it, when nobody waits for it any more.
        var told = which == "pool" ? "awaits only what its context gives|must stay on the" : "awaits only what its context gives";
        Assert.Matches(told, end.Actions[^1].CompleteOrchestration.Result);
    }

    [Fact]
    public void A_foreign_wait_beside_a_step_is_found_out_when_the_step_is_back()
    {
        RawProgram program = async (run, _) =>
        {
            var step = run.Act("A", null);
            await new TaskCompletionSource().Task;
            return await step;
        };
        Assert.Equal("A", Assert.Single(Take(program, [], [Started(), Begun()]).Actions).ScheduleTask.Name);
        var end = Take(program, [Started(), Begun(), Scheduled(0, "A")], [Started(), Completed(0, "1")]);
        Assert.Equal("Personalization.ForeignWait", Assert.Single(end.Actions).CompleteOrchestration.FailureDetails.ErrorType);
    }

    [Fact]
    public void All_of_a_program_runs_on_the_thread_of_its_turn_and_leaves_it_as_it_was()
    {
        var (before, threads) = (SynchronizationContext.Current, new HashSet<int>());
        RawProgram program = async (run, _) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            {
                await run.Act("A", null);
                threads.Add(Environment.CurrentManagedThreadId);
            }).ToArray());
            threads.Add(Environment.CurrentManagedThreadId);
            return "\"done\"";
        };
        var end = Take(program, [Started(), Begun(), .. Enumerable.Range(0, 200).Select(i => Scheduled(i, "A"))], [Started(), .. Enumerable.Range(0, 200).Reverse().Select(i => Completed(i, "1"))]);
        Assert.Equal("\"done\"", Assert.Single(end.Actions).CompleteOrchestration.Result);
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
        Assert.Same(before, SynchronizationContext.Current);
    }

    [Fact]
    public void A_history_of_ten_thousand_steps_is_replayed()
    {
        RawProgram program = async (run, _) =>
        {
            for (var i = 0; i < 10_000; i++) await run.Act("A", null);
            return "\"done\"";
        };
        var past = Enumerable.Range(0, 9_999).SelectMany(i => new[] { Scheduled(i, "A"), Completed(i, "1") });
        Assert.Equal(9_999, Assert.Single(Take(program, [Started(), Begun(), .. past], [Started()]).Actions).Id);
    }

    [Fact]
    public void Replaying_is_told_apart_from_doing()
    {
        var seen = new List<bool>();
        RawProgram program = async (run, _) =>
        {
            seen.Add(run.IsReplaying);
            await run.Act("A", null);
            seen.Add(run.IsReplaying);
            return null;
        };
        var end = Take(program, [Started(), Begun(), Scheduled(0, "A")], [Started(), Completed(0, null)]);
        Assert.Equal([true, false], seen);
        // No value is no result, not a null in quotes.
        Assert.Null(Assert.Single(end.Actions).CompleteOrchestration.Result);
    }

    [Fact]
    public void A_time_that_is_over_passes_without_a_timer()
    {
        RawProgram program = async (run, _) => { await run.WaitUntil(run.Now); await run.WaitUntil(DateTimeOffset.MinValue); return "1"; };
        Assert.Equal((0, "1"), (Assert.Single(Take(program, [], [Started(), Begun()]).Actions).Id, Take(program, [], [Started(), Begun()]).Actions[0].CompleteOrchestration.Result));
    }

    [Fact]
    public void A_timer_for_the_end_of_time_is_cut_like_any_other()
    {
        var timer = Assert.Single(Take(async (run, _) => { await run.WaitUntil(DateTimeOffset.MaxValue); return null; }, [], [Started(), Begun()]).Actions);
        Assert.Equal(Noon.AddDays(3), timer.CreateTimer.FireAt.ToDateTimeOffset());
    }

    [Fact]
    public void A_cancelled_timer_is_over_for_the_program_and_nothing_waits_for_it()
    {
        RawProgram program = async (run, _) =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = run.WaitUntil(run.Now.AddDays(1), cancel.Token);
            await run.Act("A", null);
            Cancel(cancel);
            try { await timer; }
            catch (OperationCanceledException) { return "\"cancelled\""; }
            return null;
        };
        var end = Take(program, [Started(), Begun(), new() { EventId = 0, TimerCreated = new() { FireAt = Timestamp.FromDateTimeOffset(Noon.AddDays(1)) } }, Scheduled(1, "A")], [Started(), Completed(1, "1"), new() { TimerFired = new() { TimerId = 0 } }]);
        Assert.Equal("\"cancelled\"", Assert.Single(end.Actions).CompleteOrchestration.Result);
    }

    public static TheoryData<string> Weird => ["null task", "message", "cancelled", "aggregate"];

    [Theory, MemberData(nameof(Weird))]
    public void However_weirdly_a_program_throws_it_ends_its_own_instance_only(string how)
    {
        RawProgram program = how switch
        {
            "null task" => (_, _) => NoTask(),
            "message" => (_, _) => throw new Unreadable(),
            "cancelled" => async (_, _) => { await Task.FromCanceled(new(true)); return null; },
            _ => (_, _) => Task.FromException<string?>(new AggregateException(new Unreadable(), new Unreadable())),
        };
        Assert.Equal(OrchestrationStatus.Failed, Assert.Single(Take(program, [], [Started(), Begun()]).Actions).CompleteOrchestration.Status);
    }

    [Theory, MemberData(nameof(RecordedTurnsTests.Ids), MemberType = typeof(RecordedTurnsTests))]
    public void The_same_turn_has_the_same_answer_byte_for_byte(string id)
    {
        foreach (var (program, _, request, _) in RecordedTurnsTests.Turns(id))
            Assert.Equal(Turn.Take(request, RecordedPrograms.Named(program)), Turn.Take(request, RecordedPrograms.Named(program)));
    }

    private static OrchestratorResponse Take(RawProgram program, IEnumerable<HistoryEvent> past, IEnumerable<HistoryEvent> arrived) =>
        Turn.Take(new OrchestratorRequest { InstanceId = "i", PastEvents = { past }, NewEvents = { arrived } }, program);

    private static HistoryEvent Started() => new() { EventId = -1, Timestamp = Timestamp.FromDateTimeOffset(Noon), OrchestratorStarted = new() };

    private static HistoryEvent Begun() => new() { EventId = -1, ExecutionStarted = new() { Name = "P" } };

    private static HistoryEvent Scheduled(int id, string name) => new() { EventId = id, TaskScheduled = new() { Name = name } };

    private static HistoryEvent Completed(int id, string? result) => new() { EventId = -1, TaskCompleted = new() { TaskScheduledId = id, Result = result } };

    // Not written as null, which an analyzer knows to be wrong.
    private static Task<string?> NoTask() => System.Runtime.CompilerServices.Unsafe.As<Task<string?>>(Array.Find(Array.Empty<object>(), _ => true))!;

    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private sealed class Unreadable : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }
}
