using System.Security.Cryptography;
using Personalization.Functions;
using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Storage;
using Personalization.Tests.Durable.Hub;

namespace Personalization.Tests.Durable.Execution;

/// <summary>The programs of the product depend on their history alone; what would make them depend on more is found.</summary>
public sealed class PurityTests
{
    private static int changing;

    [Fact]
    public async Task No_program_of_the_product_uses_anything_but_its_context()
    {
        var table = await Composition.TableAlone();
        var programs = Purity.Programs(table).ToList();
        // Every orchestration is looked into, however it was put together.
        Assert.Equal(table.With<Trigger.Orchestration>().Select(t => t.Function.Name).Order(StringComparer.Ordinal), programs.Select(p => p.Workflow).Distinct().Order(StringComparer.Ordinal));
        Assert.All(programs, p => Assert.True(Purity.Faults(p.Program).Count == 0, $"Version {p.Version} of {p.Workflow}: {string.Join("; ", Purity.Faults(p.Program))}"));
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "clock", "DateTimeOffset.get_UtcNow" }, { "time provider", "TimeProvider.get_System" }, { "chance", "RandomNumberGenerator.GetInt32" }, { "guid", "Guid.NewGuid" },
        { "delay", "Task.Delay" }, { "run", "Task.Run" }, { "configured", "ConfigureAwait" }, { "source", "CancellationTokenSource" }, { "yield", "Task.Yield" },
        { "file", "File.ReadAllText" }, { "far away", "File.ReadAllText" }, { "environment", "Environment" }, { "hash", "GetHashCode" }, { "static", "changing, which changes" },
        { "store", "IDocuments.Get, which may be anything" }, { "state", "from outside" }, { "lambda", "File.ReadAllText" }, { "continuation", "ContinueWith" }, { "thread", "Thread" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void What_does_not_come_from_the_context_is_found(string which, string told)
    {
        var captured = new TaskCompletionSource<string>();
#pragma warning disable RS0030 // What is forbidden is what is planted.
        Func<WorkflowContext, string, Task<string>> program = which switch
        {
            "clock" => async (_, _) => await Task.FromResult($"{DateTimeOffset.UtcNow}"),
            "time provider" => (_, _) => Task.FromResult($"{TimeProvider.System.GetUtcNow()}"),
            "chance" => (_, _) => Task.FromResult($"{RandomNumberGenerator.GetInt32(5)}"),
            "guid" => (_, _) => Task.FromResult($"{Guid.NewGuid()}"),
            "delay" => async (run, s) => { await Task.Delay(1); return s; },
            "run" => async (run, s) => await Task.Run(() => s),
            "configured" => async (run, s) => await run.Call(World.Activity("A"), s).ConfigureAwait(false),
            "source" => async (run, s) => { using var c = new CancellationTokenSource(TimeSpan.FromSeconds(1)); await run.WaitUntil(run.Now, c.Token); return s; },
            "yield" => async (run, s) => { await Task.Yield(); return s; },
            "file" => (_, s) => Task.FromResult(File.ReadAllText(s)),
            "far away" => (_, s) => Task.FromResult(Far(s)),
            "environment" => (_, _) => Task.FromResult($"{Environment.ProcessorCount}"),
            "hash" => (_, s) => Task.FromResult($"{s.GetHashCode(StringComparison.Ordinal)}"),
            "static" => (_, _) => Task.FromResult($"{changing++}"),
            "store" => async (_, s) => $"{(await ((IDocuments)(object)s).Get(null!, s, s, default)).Ok}",
            "state" => (_, _) => captured.Task,
            "lambda" => (_, s) => Task.FromResult(string.Concat(s.Select(c => File.ReadAllText($"{c}")))),
            "continuation" => (run, s) => run.Call(World.Activity("A"), s).ContinueWith(t => t.Result, TaskScheduler.Default),
            _ => (_, s) => { Thread.MemoryBarrier(); return Task.FromResult(s); },
        };
#pragma warning restore RS0030
        Assert.Contains(Purity.Faults(program), f => f.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void What_comes_from_the_context_and_the_arguments_is_fine()
    {
        Func<WorkflowContext, string, Task<string>> program = async (run, s) =>
        {
            using var enough = new CancellationTokenSource();
            var calls = s.Split('/').Where(p => p.Length > 0).Select((p, i) => run.Call(World.Activity("A"), $"{p}{i:d3}", new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.MaxValue))).ToList();
            var timer = run.WaitUntil(run.Now.AddDays(30), enough.Token);
            try { await Task.WhenAny(Task.WhenAll(calls), timer); }
            catch (StepFailedException e) { return e.Message; }
            run.Status(run.NewId(), Shapes.Default.String);
            return string.Join(',', calls.Select(c => c.Result).OrderBy(r => r, StringComparer.Ordinal));
        };
        Assert.Empty(Purity.Faults(program));
    }

    private static string Far(string s) => Farther(s) + s;

    private static string Farther(string s) => new Lazy<string>(File.ReadAllText(s)).Value;
}
