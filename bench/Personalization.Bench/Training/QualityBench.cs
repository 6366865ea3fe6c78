using System.Diagnostics;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;
using Personalization.Training.Offline;
using Personalization.Training.Ranking;

namespace Personalization.Bench.Training;

internal static class QualityBench
{
    public static int Run(string[] part)
    {
        var log = MeetingsFile.Read("/work/shared/data/online-retail/purchases.csv.gz");
        var cut = new DateTimeOffset(2011, 11, 9, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var inner = new DateTimeOffset(2011, 10, 10, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var (outer, within) = (Split.At(log.Meetings.ToArray(), log.People, log.Items.Count, cut), Split.At(log.Meetings.Where(m => m.At < cut).ToArray(), log.People, log.Items.Count, inner));
        var at = Stopwatch.GetTimestamp();
        var best = new Personalization.Training.Choosing.BlendRecipe(new RegressionRecipe(300,0,100),new VectorRecipe(64,new(0.3f,0.006f,1,0)),0.7f); Tried[] tried = [new(best, 0)];
        Console.WriteLine($"best {tried[0]} {Stopwatch.GetElapsedTime(at).TotalSeconds:0.0} s");
        at = Stopwatch.GetTimestamp();
        var early = tried[0].Recipe.Learn(within.Train, 1, 2, default);
        var weights = Ranker.Learn(Terms.Of(early, within.Meetings, log.Items.Count, inner), within, 1);
        Console.WriteLine(string.Join(' ', Terms.Names.Zip(weights, (n, w) => $"{n}={w:0.00}")) + $" {Stopwatch.GetElapsedTime(at).TotalSeconds:0.0} s");
        var model = tried[0].Recipe.Learn(outer.Train, 1, 2, default);
        var ranker = Ranker.Of(Terms.Of(model, outer.Meetings, log.Items.Count, cut), weights);
        foreach (var asked in new[] { Asked.NewItems, Asked.AllItems })
        {
            at = Stopwatch.GetTimestamp();
            var report = Evaluation.Run([Contender.Of(ranker), Contender.Of(model), Contender.Of(Counted.Learn(outer.Train)), Contender.Of(Repeated.Learn(outer.Train))], outer, asked, null, EvaluationOptions.Default, 1, default);
            foreach (var c in report.Contenders) Console.WriteLine($"{asked} {c.Name,-20} recall@20 {c["recall@20"]!.Value:0.0000} [{c["recall@20"]!.Low:0.000}-{c["recall@20"]!.High:0.000}] ndcg@10 {c["ndcg@10"]!.Value:0.0000} [{c["ndcg@10"]!.Low:0.000}-{c["ndcg@10"]!.High:0.000}] coverage {c["coverage"]!.Value:0.00}");
            Console.WriteLine($"{Stopwatch.GetElapsedTime(at).TotalSeconds:0.0} s {report.Tested}");
        }

        return 0;
    }
}
