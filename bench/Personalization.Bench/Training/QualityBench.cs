using System.Globalization;
using System.Text;
using Personalization.Catalog;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;
using Personalization.Training.Offline;

namespace Personalization.Bench.Training;

/// <summary>How good a whole training run's model is on public data, chosen and weighed on the training period only.</summary>
internal static class QualityBench
{
    private static readonly DateTimeOffset From = new(2011, 11, 9, 0, 0, 0, TimeSpan.Zero);

    public static int Run(string[] part)
    {
        if (part is not [var file])
        {
            Console.Error.WriteLine("quality <purchases.csv.gz of the Online Retail data, cleaned>");
            return 2;
        }

        var log = MeetingsFile.Read(file);
        var steps = new List<string>();
        var trained = new Trainer(new HoldFrom(From.ToUnixTimeSeconds()), 1, Environment.ProcessorCount).Run(
            "quality", From, new(log.Meetings, log.People, [.. log.Items.Select(i => ItemKey.Of(i).Value)]), null, s => { steps.Add(s); Console.WriteLine(s); }, default)!;
        var text = new StringBuilder("# Quality\n\n`dotnet run -c Release --project bench/Personalization.Bench -- quality <purchases.csv.gz>`\n\n");
        text.Append("Online Retail (UCI, doi 10.24432/C5BW33, CC BY 4.0), cleaned: 4,334 people, 3,659 items. Learned from what was bought before 2011-11-09; what the same people bought from then on has to be found.\n");
        text.Append("The recipe and the ranker's weights were chosen on the last tenth of the time before that; nothing was chosen by what is reported here. Intervals are 95 %, over people.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Chosen: `{trained.Recipe}`. The ranker adds to it: {string.Join(", ", trained.Weights.Select(w => $"{w.Key} {w.Value.ToString("0.00", CultureInfo.InvariantCulture)}"))}.\n");
        foreach (var (report, name) in new[] { (trained.NewItems, "New items"), (trained.AllItems, "All items") })
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n{report.Tested} people, {report.Wanted} pairs to find.\n\n| | recall@20 | ndcg@10 | coverage | novelty |\n|---|---|---|---|---|\n");
            foreach (var c in report.Contenders) text.Append(CultureInfo.InvariantCulture, $"| {c.Name} | {Said(c, Metrics.Recall(20))} | {Said(c, Metrics.Ndcg(10))} | {Said(c, Metrics.Coverage)} | {Said(c, Metrics.Novelty)} |\n");
        }

        text.Append("\n## What was tried\n\nndcg@10 on the last tenth of the training period.\n\n");
        foreach (var one in trained.Tried) text.Append(CultureInfo.InvariantCulture, $"- {one.Score:0.0000} `{one.Recipe}`\n");
        Report.Write("quality.md", text.ToString());
        return 0;
    }

    private static string Said(ContenderReport report, string metric) =>
        report[metric] is { Value: { } value, Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0000} ({low:0.000} to {high:0.000})") : "";
}
