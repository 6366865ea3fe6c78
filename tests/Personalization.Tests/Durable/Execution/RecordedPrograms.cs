using System.Globalization;
using System.Text.Json;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Execution;

namespace Personalization.Tests.Durable.Execution;

/// <summary>The programs whose turns were recorded, as the vectors describe them.</summary>
internal static class RecordedPrograms
{
    private static readonly Retry ThreeTimes = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromHours(1));

    public static RawProgram Named(string name) => name switch
    {
        "Sequence" => async (run, _) => Json(new[] { Text(await run.Act("SayHello", "\"Tokyo\"")), Text(await run.Act("SayHello", "\"Seattle\"")) }),
        // Its inputs go through another SDK's converter; to the executor they are texts like any other.
        "SequenceDotNetDefault" => async (run, _) => Json(new[] { Text(await run.Act("SayHello", "[\"Tokyo\"]")), Text(await run.Act("SayHello", "[\"Seattle\"]")) }),
        "FanOut3" => async (run, input) => Json((await Task.WhenAll(Read<int[]>(input)!.Select(n => run.Act("Square", Json(n))).ToArray())).Sum(r => Read<int>(r))),
        "TimerWait" => TimerWait,
        "ApprovalOrTimeout" => ApprovalOrTimeout,
        "ActivityFailureCaught" => ActivityFailureCaught,
        "ActivityFailureUncaught" => (run, _) => run.Act("Charge", "{\"orderId\":18}"),
        "Retry3" => (run, input) => run.Act("Flaky", input, ThreeTimes),
        "ParentOfChild" => async (run, _) => Json(new { child = Read<int>(await run.RunChild("ChildDouble", run.Instance + ":child", "21")) }),
        "ChildDouble" => (run, input) => run.Act("Add", $"[{input},{input}]"),
        "ParentCatchesChild" => ParentCatchesChild,
        "ChildThrows" => (_, input) => throw new InvalidOperationException("child cannot do " + Text(input)),
        "CountTo3" => CountTo3,
        "OneEventPerGeneration" => OneEventPerGeneration,
        "WaitForever" => (run, _) => { Say(run, "waiting"); return run.WaitFor("Never"); },
        "SuspendDemo" => async (run, _) => Json(new[] { Text(await run.Act("SayHello", "\"A\"")), Text(await run.Act("SayHello", await run.WaitFor("Go"))) }),
        "CustomStatusSteps" => CustomStatusSteps,
        "EventsBuffered" => EventsBuffered,
        "SendsEvent" => (run, input) => { run.Send(Text(input)!, new Signal<JsonElement>("Hello", Shapes.Default.JsonElement), JsonElement.Parse(Json(new { from = run.Instance }))); return Task.FromResult<string?>("\"sent\""); },
        "WhenAnyNoCancel" => WhenAnyNoCancel,
        "NewGuids" => NewGuids,
        "LongTimer" => async (run, _) => { await run.WaitUntil(run.Now.AddDays(7)); return "\"week over\""; },
        "TwoWaiters" => TwoWaiters,
        _ => throw new ArgumentException($"Nobody wrote the program {name}.", nameof(name)),
    };

    private static async Task<string?> TimerWait(Replay run, string? _)
    {
        var start = run.Now;
        await run.WaitUntil(start.AddSeconds(1.5));
        return Json(new { start = Iso(start), end = Iso(run.Now) });
    }

    private static async Task<string?> ApprovalOrTimeout(Replay run, string? input)
    {
        var until = run.Now.AddSeconds(JsonElement.Parse(input!).GetProperty("seconds").GetDouble());
        var answer = await run.Wait(new Signal<JsonElement>("Approval", Shapes.Default.JsonElement), until);
        return Json(answer.Came ? "approved by " + answer.Data.GetProperty("by").GetString() : "timed out");
    }

    private static async Task<string?> ActivityFailureCaught(Replay run, string? _)
    {
        try { return await run.Act("Charge", "{\"orderId\":17}"); }
        catch (StepFailedException e)
        {
            await run.Act("Refund", "{\"orderId\":17}");
            return Json(new { status = "refunded", reason = e.Message });
        }
    }

    private static async Task<string?> ParentCatchesChild(Replay run, string? _)
    {
        try { return await run.RunChild("ChildThrows", null, "\"x\""); }
        catch (StepFailedException e) { return Json("child failed: " + e.Details!.ErrorMessage); }
    }

    private static async Task<string?> CountTo3(Replay run, string? input)
    {
        var sum = await run.Act("Add", $"[{input ?? "0"},1]");
        if (Read<int>(sum) >= 3) return Json(new { count = Read<int>(sum) });
        run.ContinueAsNew(sum);
        return null;
    }

    private static async Task<string?> OneEventPerGeneration(Replay run, string? input)
    {
        string?[] items = [.. Read<string[]>(input) ?? [], Text(await run.WaitFor("Item"))];
        if (items.Length == 3) return Json(items);
        run.ContinueAsNew(Json(items));
        return null;
    }

    private static async Task<string?> CustomStatusSteps(Replay run, string? _)
    {
        Say(run, new { step = 1, text = "čekám" });
        await run.Act("SayHello", "\"one\"");
        Say(run, new { step = 2 });
        await run.Act("SayHello", "\"two\"");
        return "\"ok\"";
    }

    private static async Task<string?> EventsBuffered(Replay run, string? _)
    {
        await run.Act("SayHello", "\"first\"");
        return $"[{await run.WaitFor("Ping")},{await run.WaitFor("Ping")},{await run.WaitFor("Ping")}]";
    }

    private static async Task<string?> WhenAnyNoCancel(Replay run, string? _)
    {
        var activity = run.Act("SayHello", "\"fast\"");
        var timer = run.WaitUntil(run.Now.AddSeconds(2));
        return Json("first:" + (await Task.WhenAny(activity, timer) == activity ? "activity" : "timer"));
    }

    private static async Task<string?> NewGuids(Replay run, string? _)
    {
        var (first, second) = (run.NewId(), run.NewId());
        await run.Act("Echo", Json(first));
        return Json(new[] { first, second, run.NewId() });
    }

    private static async Task<string?> TwoWaiters(Replay run, string? _)
    {
        var (a, b) = (run.WaitFor("N"), run.WaitFor("N"));
        return $$"""{"a":{{await a}},"b":{{await b}}}""";
    }

    private static void Say<T>(Replay run, T status) => run.Status(JsonElement.Parse(Json(status)), Shapes.Default.JsonElement);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);

    private static T? Read<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json);

    private static string? Text(string? json) => Read<string>(json);

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
