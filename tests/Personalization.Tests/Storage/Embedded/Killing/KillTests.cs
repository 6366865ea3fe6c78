using System.Diagnostics;
using System.Globalization;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Kills a writing process with SIGKILL again and again on the same directory.</summary>
public sealed class KillTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly Dictionary<string, long> acknowledged = [];

    /// <summary>A longer run: PERSONALIZATION_KILLS=5000.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("PERSONALIZATION_KILLS") ?? "200");

    [Fact]
    public async Task After_every_kill_all_acknowledged_writes_are_there_and_none_is_torn()
    {
        var chance = new Random(20260105);
        var next = Start();
        for (var kill = 0; kill < Kills; kill++)
        {
            var writer = next;
            // The next process gets ready while this one writes and is judged.
            next = Start();
            await KillAfter(writer, chance.Next(1, 60), First(kill));
            await Verify();
        }
        next.Kill();
        Assert.True(acknowledged.Values.Sum() > Kills * 100L, "Too little was written to prove anything.");
    }

    public void Dispose() => scratch.Dispose();

    private static long First(int kill) => 1 + (kill * 1_000_000L);

    private static Process Start()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(KilledWriter).Assembly.Location);
        start.ArgumentList.Add(KilledWriter.Verb);
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    private async Task KillAfter(Process writer, int milliseconds, long first)
    {
        using var process = writer;
        await process.StandardOutput.ReadLineAsync();
        await process.StandardInput.WriteLineAsync($"{scratch.Path}\t{first}");
        await process.StandardInput.FlushAsync();
        var reading = process.StandardOutput.ReadToEndAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
        process.Kill();
        await process.WaitForExitAsync();
        foreach (var line in (await reading).Split('\n')[..^1]) Remember(line.Split(' '));
    }

    private void Remember(string[] said)
    {
        var number = long.Parse(said[2], CultureInfo.InvariantCulture);
        if (said[0] == "d") acknowledged[$"d {said[1]} {number % KilledWriter.Keys}"] = number;
        else if (said[0] == "l") acknowledged["l"] = number + 1;
        else acknowledged[$"s {said[1]}"] = number;
    }

    private async Task Verify()
    {
        await using var engine = EmbeddedStorage.Open(KilledWriter.Options(scratch.Path), KilledWriter.Stores, TimeProvider.System);
        foreach (var (what, number) in acknowledged)
        {
            if (what.Split(' ') is ["d", var writer, var key]) await VerifyDocument(engine, int.Parse(writer, CultureInfo.InvariantCulture), key, number);
            else if (what.Split(' ') is ["s", var partition]) VerifyStream(engine, int.Parse(partition, CultureInfo.InvariantCulture), number);
            else Assert.InRange((await engine.Ledger.Read(KilledWriter.Rows, "p", 0, int.MaxValue, default)).Value.Count, number, long.MaxValue);
        }
    }

    private static async Task VerifyDocument(EmbeddedStorage engine, int writer, string key, long number)
    {
        var got = await engine.Documents.Get(KilledWriter.Documents, $"w{writer}", key, default);
        Assert.True(got.Ok, $"document {key} of writer {writer} is gone");
        var body = Declared.Text(got.Value.Body);
        var there = long.Parse(body.Split(':')[1], CultureInfo.InvariantCulture);
        Assert.Equal(KilledWriter.Body(writer, there), body);
        Assert.InRange(there, number, long.MaxValue);
    }

    private static void VerifyStream(EmbeddedStorage engine, int partition, long number)
    {
        var (first, next) = engine.Stream.Bounds(KilledWriter.HubOf(partition), partition);
        var last = engine.Stream.Read(KilledWriter.HubOf(partition), partition, Math.Max(first, next - 1), 1).Records.Single();
        Assert.InRange(long.Parse(Declared.Text(last.Body), CultureInfo.InvariantCulture), number, long.MaxValue);
    }
}
