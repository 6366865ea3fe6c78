using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Models;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;
using Personalization.Training.Evaluating.Page;
using Personalization.Training.Learning;
using Personalization.Training.Offline;

namespace Personalization.Functions.Offline;

/// <summary>Trains and evaluates on a file, without the engine: for whoever wants to know what a model would do before it may.</summary>
internal static class OfflineTraining
{
    public static int Train(string[] args, TimeProvider time, CancellationToken stop) => Run(args, (options, log, data) =>
    {
        var began = time.GetTimestamp();
        var trainer = new Trainer(new HoldFrom(From(options, log)), options.Seed, Environment.ProcessorCount);
        var trained = trainer.Run(options.Name, DateTimeOffset.FromUnixTimeSeconds(log.Meetings[^1].At), data, null, step => Console.Out.WriteLine($"{time.GetElapsedTime(began).TotalSeconds,7:0.0} s  {step}"), stop);
        if (trained is null) return Fail("nobody in the file met anything that counts: weights must be above 0");
        var file = ModelFile.Write(trained.Model);
        File.WriteAllBytes(Path.Combine(options.Out, options.Name + ".model"), file);
        Report(options, trained.NewItems, "new-items");
        Report(options, trained.AllItems, "all-items");
        Console.Out.WriteLine($"""

            recipe   {trained.Recipe}
            new      {trained.Placed.New} items that nobody met, by what they are like
            ranker   {string.Join(", ", trained.Weights.Select(w => $"{w.Key} {w.Value.ToString("0.00", CultureInfo.InvariantCulture)}"))}
            model    {options.Name}.model, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(file))}
            """);
        return 0;
    });

    public static int Evaluate(string[] args, CancellationToken stop) => Run(args, (options, log, data) =>
    {
        if (options.Model is not { } path) return Fail("--model says which model to evaluate");
        var model = ModelFile.Read(Path.GetFileNameWithoutExtension(path), File.ReadAllBytes(path));
        if (model is null) return Fail("the model file is damaged or not of this version");
        // What a model has learned from it finds again; that would say nothing of what it is worth.
        if (options.From <= model.TrainedAt || log.Meetings[^1].At <= model.TrainedAt.ToUnixTimeSeconds())
            return Fail(string.Create(CultureInfo.InvariantCulture, $"the model has learned from what was met until {model.TrainedAt:yyyy-MM-ddTHH:mm:ssZ}; a file and a --from that go beyond that are needed to evaluate it. For the worth of its recipe see the reports that train wrote"));
        var split = Split.At([.. data.Meetings], data.People, data.Items, options.From?.ToUnixTimeSeconds() ?? (model.TrainedAt.ToUnixTimeSeconds() + 1));
        foreach (var (asked, name) in new[] { (Asked.NewItems, "new-items"), (Asked.AllItems, "all-items") })
        {
            Contender[] contenders = [Contender.Of(new Served(model, data.Keys)), Contender.Of(Counted.Learn(split.Train)), Contender.Of(Repeated.Learn(split.Train))];
            Report(options, Evaluation.Run(contenders, split, asked, data.Groups, EvaluationOptions.Default, options.Seed, stop), name);
        }

        return 0;
    });

    private static int Run(string[] args, Func<OfflineOptions, MeetingLog, TrainingData, int> run)
    {
        if (OfflineOptions.Read(args, out var wrong) is not { } options) return Fail(wrong + "\n\n" + OfflineOptions.Usage);
        try
        {
            var log = MeetingsFile.Read(options.File);
            return log.Meetings.Count == 0
                ? Fail("there is nothing in the file but its first line")
                : run(options, log, new(log.Meetings, log.People, [.. log.Items.Select(i => ItemKey.Of(i).Value)], Catalogue: options.Items is { } items ? ItemsFile.Read(items) : null));
        }
        catch (Exception e) when (e is FormatException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException)
        {
            return Fail($"too little, or too odd, is in the file to learn from: {e.Message}");
        }
        catch (OperationCanceledException) { return Fail("stopped; nothing was written"); }
    }

    private static long From(OfflineOptions options, MeetingLog log)
    {
        if (options.From is { } from) return from.ToUnixTimeSeconds();
        var (first, last) = (log.Meetings[0].At, log.Meetings[^1].At);
        return last - ((last - first) / 10);
    }

    private static void Report(OfflineOptions options, EvaluationReport report, string what)
    {
        var path = Path.Combine(options.Out, $"{options.Name}.{what}");
        File.WriteAllBytes(path + ".json", JsonSerializer.SerializeToUtf8Bytes(report, Json.Default.EvaluationReport));
        File.WriteAllText(path + ".html", EvaluationPage.Html(report));
        Console.Out.WriteLine($"\n{what}: {report.Tested} people, {report.Wanted} to be found; more in {options.Name}.{what}.html");
        foreach (var one in report.Contenders)
            Console.Out.WriteLine($"  {one.Name,-18} recall@20 {Said(one[Metrics.Recall(20)])}   ndcg@10 {Said(one[Metrics.Ndcg(10)])}   coverage {Said(one[Metrics.Coverage])}");
    }

    private static string Said(Figure? figure) =>
        figure is { Value: { } value, Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0000} ({low:0.000} to {high:0.000})") : figure?.Why ?? "not known";

    private static int Fail(string why)
    {
        Console.Error.WriteLine("error: " + why);
        return 2;
    }
}
