using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Catalog;
using Personalization.Decisions.Scoring;
using Personalization.Events;
using Personalization.Models;
using Personalization.Profiles;

namespace Personalization.Bench.Decisions;

/// <summary>What a model costs a decision: the person's vector, a word on each candidate, the best of all items; and what it costs to load.</summary>
internal static class ModelBench
{
    private const int Rounds = 20_000;
    private static readonly DateTimeOffset At = new(2026, 1, 25, 9, 0, 0, TimeSpan.Zero);

    public static int Run()
    {
        var text = new StringBuilder("# A model at work\n\n`dotnet run -c Release --project bench/Personalization.Bench -- models`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Report.Machine} Load average at the start: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.\n\n");
        text.Append("One thread, microseconds. Asked: a person's vector of 50 items at 64 dimensions in 50.\n\n");
        text.Append("| Items of the model | Dimensions | Met | vector p50 | vector p99 | on 50 candidates p50 | best 100 of all p50 | bytes allocated |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var (items, dimensions) in new[] { (100_000, 64), (100_000, 256), (5_000, 64) })
        {
            var began = Stopwatch.GetTimestamp();
            var model = Model(items, dimensions);
            var made = Stopwatch.GetElapsedTime(began);
            foreach (var met in new[] { 5, 20, 50 }) Row(text, model, met);
            var file = ModelFile.Write(model);
            began = Stopwatch.GetTimestamp();
            _ = ModelFile.Read("m", file)!;
            text.Append(CultureInfo.InvariantCulture, $"| {items} | {dimensions} | turned in {made.TotalSeconds:f1} s, read from its file of {file.Length / 1e6:f1} MB in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:f0} ms | | | | | |\n");
        }

        Report.Write("models.md", text.ToString());
        return 0;
    }

    private static void Row(StringBuilder text, FactorModel model, int met)
    {
        var (taste, recent, now) = (new Taste(), Met(model.Count, met), FeatureInput.Seconds(At.ToUnixTimeMilliseconds()));
        var (vector, candidates, best) = (new double[Rounds], new double[Rounds], new double[Rounds / 10]);
        var top = new Ranked[100];
        for (var i = 0; i < 500; i++) taste.Begin(model, recent, now);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) vector[i] = Micro(() => taste.Begin(model, recent, now));
        for (var i = 0; i < Rounds; i++) candidates[i] = Micro(() => { for (var c = 0; c < 50; c++) taste.Of(model.Keys[(c * 97) % model.Count]); });
        for (var i = 0; i < best.Length; i++) best[i] = Micro(() => taste.Best(top));
        // A closure each is the bench's own.
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (2.1 * Rounds);
        foreach (var times in new[] { vector, candidates, best }) Array.Sort(times);
        text.Append(CultureInfo.InvariantCulture, $"| {model.Count} | {model.Spectrum.Length} | {met} | {At50(vector):f1} | {vector[(int)(vector.Length * 0.99)]:f1} | {At50(candidates):f1} | {At50(best):f0} | {(bytes < 1 ? 0 : bytes):f0} |\n");
    }

    private static double At50(double[] sorted) => sorted[sorted.Length / 2];

    private static double Micro(Action step)
    {
        var began = Stopwatch.GetTimestamp();
        step();
        return (Stopwatch.GetTimestamp() - began) * 1e6 / Stopwatch.Frequency;
    }

    private static FactorModel Model(int items, int dimensions)
    {
        var random = new Random(1);
        var rows = new float[items * dimensions];
        for (var i = 0; i < rows.Length; i++) rows[i] = (float)((random.NextDouble() - 0.5) / Math.Sqrt(dimensions));
        return FactorModel.Learned("m", At, [.. Enumerable.Range(0, items).Select(i => ItemKey.Of($"item-{i}").Value)], rows, dimensions, new(0.1f, 0.01f, 1, 0.3f));
    }

    private static RecentItems Met(int items, int count)
    {
        var (recent, input) = (new RecentItems(), new FeatureInput());
        for (var i = 0; i < count; i++)
        {
            input.Take(new StreamedEvent { Type = EventType.View, At = At.AddSeconds(i - 100).ToUnixTimeMilliseconds(), Items = new[] { ItemKey.Of($"item-{i * 7919 % items}").Value } }, CatalogueSnapshot.Empty);
            recent.Apply(input);
        }

        return recent;
    }
}
