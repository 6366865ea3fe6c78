using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Durable.Hub;

/// <summary>Small programs that between them use everything a program can.</summary>
internal static class Scenarios
{
    public static readonly Activity<string, string> Say = World.Activity("Say");
    public static readonly Signal<string> Go = new("Go", Shapes.Default.String);
    private static readonly Signal<string> Other = new("Other", Shapes.Default.String);
    private static readonly Retry Thrice = new(3, TimeSpan.FromMinutes(1), 2, TimeSpan.FromHours(1));

    private static readonly Workflow<string, string> Sequence = World.Workflow("Sequence", async (run, s) =>
    {
        run.Status("begun", Shapes.Default.String);
        return await run.Call(Say, s + "1") + await run.Call(Say, s + "2");
    });

    private static readonly Workflow<string, string> FanOut = World.Workflow("FanOut", async (run, s) =>
        string.Concat(await Task.WhenAll(Enumerable.Range(0, 4).Select(i => run.Call(Say, s + i)))));

    private static readonly Workflow<string, string> Retrying = World.Workflow("Retrying", (run, _) => run.Call(Say, "twice", Thrice));

    private static readonly Workflow<string, string> Sleeping = World.Workflow("Sleeping", async (run, _) =>
    {
        await run.WaitUntil(run.Now.AddDays(7));
        return await run.Call(Say, "awake");
    });

    private static readonly Workflow<string, string> Listening = World.Workflow("Listening", async (run, _) =>
    {
        var first = await run.Wait(Go, run.Now.AddHours(1));
        var second = await run.Wait(Other, run.Now.AddHours(1));
        return $"{first.Came}{second.Came}" + await run.Call(Say, "heard");
    });

    private static readonly Workflow<string, string> Failing = World.Workflow("Failing", (_, _) => throw new InvalidOperationException("as it should"));

    private static readonly Workflow<string, string> Parent = World.Workflow("Parent", async (run, _) =>
    {
        var (named, unnamed) = (run.Call(Sequence, "named", "n"), run.Call(Failing, null, ""));
        try { return await named + await unnamed; }
        catch (StepFailedException) { return await named + "caught"; }
    });

    private static readonly Workflow<string, string> Loop = World.Workflow("Loop", async (run, s) =>
    {
        s += await run.Call(Say, $"round{s.Length}");
        if (s.Length > 20) return s + await run.Wait(Go);
        run.ContinueAsNew(s, Shapes.Default.String);
        return "";
    });

    // Who counts hears a letter that was delivered twice.
    private static readonly Workflow<string, string> Counting = World.Workflow("Counting", async (run, _) =>
    {
        for (var n = 0; ; n++)
            if (await run.Wait(Go, run.Now.AddDays(1)) is { Came: false }) return $"{n}";
    });

    private static readonly Workflow<string, string> Telling = World.Workflow("Telling", async (run, _) =>
    {
        for (var n = 0; n < 3; n++)
        {
            run.Send("count", Go, "x");
            await run.Call(Say, $"told{n}");
        }

        run.Send(run.Instance, Go, "self");
        return await run.Wait(Go);
    });

    public static readonly IReadOnlyList<Scenario> All =
    [
        New("sequence", [Sequence], Start(Sequence, "one", "s")),
        New("fan-out", [FanOut], Start(FanOut, "fan", "f")),
        New("retry", [Retrying], Start(Retrying, "retry", ""), Later(1), Later(2), Later(60)),
        New("timer", [Sleeping], Start(Sleeping, "sleep", ""), Later(3 * 24 * 60), Later(3 * 24 * 60), Later(24 * 60)),
        New("signal", [Listening], Start(Listening, "listen", ""), Raise("listen"), Later(60)),
        New("children", [Parent, Sequence, Failing], Start(Parent, "parent", "")),
        New("loop", [Loop], Start(Loop, "loop", ""), Raise("loop")),
        New("letters", [Counting, Telling], Start(Counting, "count", ""), Start(Telling, "tell", ""), Later(24 * 60)),
        New("suspended", [FanOut], Start(FanOut, "held", "h"), c => Tell(c, w => w.Suspend("held", "", default)), c => Tell(c, w => w.Resume("held", "", default))),
        New("terminated", [Sleeping], Start(Sleeping, "ended", ""), c => Tell(c, w => w.Terminate("ended", "enough", default))),
    ];

    private static Scenario New(string name, Workflow<string, string>[] workflows, params Func<Cast, Task>[] steps) =>
        new(name, [.. workflows.Select(w => (Func<Cast, Function>)(_ => w.Function())), c => World.Does("Say", s => Speak(c, s))], steps);

    private static string Speak(Cast cast, string what) =>
        cast.Did(what) < 3 && what == "twice" ? throw new InvalidOperationException("not yet") : $"[{what}]";

    private static Func<Cast, Task> Start(Workflow<string, string> workflow, string id, string input) => async c =>
    {
        // Who was not told that it began looks first: what has ended by now would begin again.
        if (await c.World.Workflows.Find(id, default) is null) await c.World.Workflows.Start(workflow, id, input, default);
    };

    private static Func<Cast, Task> Later(int minutes) => c =>
    {
        c.Clock.Advance(TimeSpan.FromMinutes(minutes));
        return Task.CompletedTask;
    };

    private static Func<Cast, Task> Raise(string id) => async c => await c.World.Workflows.Raise(id, Go, "go", default);

    private static async Task Tell(Cast cast, Func<IWorkflows, ValueTask<Told>> tell) => await tell(cast.World.Workflows);
}
