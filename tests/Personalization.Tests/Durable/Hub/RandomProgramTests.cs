using System.Globalization;
using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Durable.Hub;

/// <summary>
/// Programs drawn from seeds, with what they wait for coming in any order and processes dying in between, end with what the same
/// program gives when it is simply read from top to bottom.
/// </summary>
public sealed class RandomProgramTests
{
    private const int Steps = 6;
    private static readonly Activity<string, string> Say = World.Activity("Say");
    private static readonly Workflow<string, string> Drawn = new("Drawn", Shapes.Default.String, Shapes.Default.String, Run);

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 8)];

    [Theory, MemberData(nameof(Blocks))]
    public async Task Ends_as_it_reads(int block)
    {
        for (var seed = block * 40; seed < (block + 1) * 40; seed++)
        {
            var (random, signals, expected) = (new Random(seed), new List<string>(), "");
            expected = Read(seed, 0, "root", signals);
            var deaths = Enumerable.Range(0, seed % 4).Select(_ => (random.Next(120), random.Next(2) == 0)).ToList();
            var raises = signals.OrderBy(_ => random.Next()).Select(Raise);
            var scenario = new Scenario($"seed {seed}", [_ => Drawn.Function(), c => World.Does("Say", s => Speak(c, s))],
                [c => Start(c, seed), .. raises, .. Enumerable.Repeat(Later, 60)]);
            var ending = await scenario.Play(deaths, random.Next);
            Assert.True(ending.Standing.Contains($"False Drawn Completed \"{expected}\"", StringComparison.Ordinal), $"Seed {seed} gave {ending.Standing} instead of {expected}");
            Assert.DoesNotContain("Running", ending.Standing, StringComparison.Ordinal);
        }
    }

    private static Task<string> Run(WorkflowContext run, string input)
    {
        var parts = input.Split('/');
        return Do(run, int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3]);
    }

    private static async Task<string> Do(WorkflowContext run, int seed, int depth, string path, string before)
    {
        var (ops, said) = (Draw(seed, depth), before);
        // A part after the other; the first half of a root goes on as new.
        var from = path == "root" && before.Length > 0 ? Steps / 2 : 0;
        for (var i = from; i < ops.Length; i++)
        {
            if (path == "root" && i == Steps / 2 && from == 0)
            {
                run.ContinueAsNew($"{seed}/{depth}/{path}/{said}", Shapes.Default.String);
                return "";
            }

            said += await One(run, ops[i], seed, depth, $"{path}-{i}");
        }

        return said;
    }

    private static async Task<string> One(WorkflowContext run, int op, int seed, int depth, string path)
    {
        switch (op)
        {
            case 0: return await run.Call(Say, path);
            case 1: return string.Concat(await Task.WhenAll(Enumerable.Range(0, 4).Select(i => run.Call(Say, $"{path}-p{i}"))));
            case 2: await run.WaitUntil(run.Now.AddMinutes(7)); return "t";
            case 3: return await run.Wait(new Signal<string>(path, Shapes.Default.String));
            case 4: return await run.Call(Say, path + "-fails", new(5, TimeSpan.FromSeconds(30), 2, TimeSpan.FromMinutes(2)));
            case 5: run.Send(run.Instance, new Signal<string>("self" + path, Shapes.Default.String), "s"); return await run.Wait(new Signal<string>("self" + path, Shapes.Default.String));
            case 6: return (await run.Wait(new Signal<string>("never", Shapes.Default.String), run.Now.AddMinutes(3))).Came ? "!" : "n";
            default: return await run.Call(Drawn, depth % 2 == 0 ? null : path.Replace("root", $"c{seed}", StringComparison.Ordinal), $"{seed + 1000}/{depth + 1}/{path}/");
        }
    }

    private static string Read(int seed, int depth, string path, List<string> signals)
    {
        var ops = Draw(seed, depth);
        return string.Concat(ops.Select((op, i) => (op, At: $"{path}-{i}")).Select(o => o.op switch
        {
            0 => $"({o.At})",
            1 => $"({o.At}-p0)({o.At}-p1)({o.At}-p2)({o.At}-p3)",
            2 => "t",
            3 => Heard(signals, o.At, depth),
            4 => $"({o.At}-fails)",
            5 => "s",
            6 => "n",
            _ => Read(seed + 1000, depth + 1, o.At, signals),
        }));
    }

    // Signals are raised to the root only; a child has none.
    private static int[] Draw(int seed, int depth)
    {
        var random = new Random(seed * 31 + depth);
        return [.. Enumerable.Range(0, depth == 0 ? Steps : 3).Select(_ => random.Next(depth >= 2 ? 7 : 8)).Select(op => depth > 0 && op == 3 ? 0 : op)];
    }

    private static string Heard(List<string> signals, string name, int depth)
    {
        Assert.Equal(0, depth);
        signals.Add(name);
        return "[" + name + "]";
    }

    private static string Speak(Cast cast, string what)
    {
        if (cast.Did(what) < 3 && what.EndsWith("-fails", StringComparison.Ordinal)) throw new InvalidOperationException("not yet");
        return $"({what})";
    }

    private static async Task Start(Cast c, int seed)
    {
        if (await c.World.Workflows.Find("root", default) is null) await c.World.Workflows.Start(Drawn, "root", $"{seed}/0/root/", default);
    }

    private static Func<Cast, Task> Raise(string name) => async c => await c.World.Workflows.Raise("root", new Signal<string>(name.ToUpperInvariant(), Shapes.Default.String), $"[{name}]", default);

    private static Task Later(Cast c)
    {
        c.Clock.Advance(TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }
}
