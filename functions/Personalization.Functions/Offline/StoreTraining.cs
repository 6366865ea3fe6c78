using System.Globalization;
using Personalization.Functions.Hosting;
using Personalization.Training.Runs;

namespace Personalization.Functions.Offline;

/// <summary>
/// A training run in the foreground, on the stores that the settings name: the same run that the engine does by itself, with its
/// progress on the console. An embedded store belongs to one process at a time, so there the engine has to be stopped for it.
/// </summary>
internal static class StoreTraining
{
    /// <summary>A run that said nothing for so long died with its process.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(1);

    /// <param name="to">Told what is being done.</param>
    /// <param name="stop">Ends the run; until its model is promoted nothing that serves has changed but the order, which is told at the end.</param>
    /// <returns>0 for a model, 1 for none, 2 where it could not begin.</returns>
    public static async Task<int> Run(AppOptions options, TimeProvider time, TextWriter to, CancellationToken stop)
    {
        try
        {
            await using var state = await State.Open(options.State, Composition.Stores, time);
            var parts = Composition.Build(options, state, time);
            await parts.Preload();
            return await Run(parts.Training, time, to, stop);
        }
        catch (Exception e) when (Server.Explained(e, options) is { } why)
        {
            await Console.Error.WriteLineAsync($"error: {why}\nWhile the engine runs on these stores, ask it to train: POST /training.");
            return 2;
        }
    }

    internal static async Task<int> Run(TrainingDesk desk, TimeProvider time, TextWriter to, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if ((await desk.Runs.Newest(1, CancellationToken.None)).FirstOrDefault(r => !r.IsOver && now - r.Updated < Silent) is { } other)
        {
            await Console.Error.WriteLineAsync($"error: run {other.Id} is under way; wait for it, or cancel it with POST /training/{other.Id}/cancel.");
            return 2;
        }

        var (id, began) = (TrainingRuns.NewId(now), time.GetTimestamp());
        // Told as whoever cancels a run by a call tells it, so that it ends as cancelled and not as one that died.
        await using var asked = stop.UnsafeRegister(_ => _ = desk.Runs.Cancel(id, CancellationToken.None).AsTask(), null);
        var run = await desk.Run(id, "operator", step => to.WriteLine($"{time.GetElapsedTime(began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),7} s  {step}"), CancellationToken.None);
        await to.WriteLineAsync($"\nrun      {run.Id} {Word(run.Status)}\nstep     {run.Step}");
        if (run.Model is not null) await to.WriteLineAsync($"model    {run.Model}\nrecipe   {run.Recipe}");
        if (run.Became is not null) await to.WriteLineAsync($"became   {run.Became}");
        foreach (var ranker in run.Rankers ?? []) await to.WriteLineAsync($"order    {ranker.Engine}: {ranker.Became}");
        return run.Status == TrainingStatus.Completed ? 0 : 1;
    }

    private static string Word(TrainingStatus status) => System.Text.Json.JsonSerializer.SerializeToElement(status, Json.Default.TrainingStatus).GetString()!;
}
