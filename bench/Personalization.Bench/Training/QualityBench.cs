using System.Diagnostics;
using Personalization.Models;
using Personalization.Training.Learning;
using Personalization.Training.Offline;

namespace Personalization.Bench.Training;

internal static class QualityBench
{
    public static int Run(string[] part)
    {
        var log = MeetingsFile.Read("/work/shared/data/online-retail/purchases.csv.gz");
        var cut = new DateTimeOffset(2011, 11, 9, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var inner = new DateTimeOffset(2011, 10, 10, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var (test, valid) = (new Hold(log, cut, long.MaxValue), new Hold(log, inner, cut));
        Console.WriteLine($"{log.People} {log.Items.Count} {log.Meetings.Count}");
        void Both(string name, Func<Interactions, IRecommender> learn)
        {
            var at = Stopwatch.GetTimestamp();
            var (v, t) = (valid.Run(learn(valid.Train)), test.Run(learn(test.Train)));
            Console.WriteLine($"{name,-40} valid {v} test {t}   {Stopwatch.GetElapsedTime(at).TotalSeconds:0.0} s");
        }

        Func<Interactions, Neighbours> Near(Func<Interactions, Neighbours> learn) { var c = new Dictionary<Interactions, Neighbours>(); return p => c.TryGetValue(p, out var r) ? r : c[p] = learn(p); }
        Func<Interactions, Factors> Als(int d, float bg, float reg, float sc = 1, float slope = 0, int sweeps = 15) { var c = new Dictionary<Interactions, Factors>(); return p => c.TryGetValue(p, out var r) ? r : c[p] = AlternatingSquares.Learn(p, new(d, new(bg, reg, sc, slope), sweeps), 2, default); }
        var als = Als(128, .3f, .006f);
        foreach (var kept in new[] { 50, 100, 200, 400 })
        {
            Both($"graph {kept}", p => GraphFilter.Learn(p, 128, 0.1f, kept, 1, 2, default));
            var ease = Near(p => ItemRegression.Learn(p, 300, 0, kept, 2, default));
            Both($"ease {kept}", ease);
            foreach (var w in new[] { .3f, .5f, .7f }) Both($"ease {kept} + als {w}", p => new Blend(ease(p), als(p), w));
        }
        return 0;
    }

    internal sealed class Hold
    {
        public readonly Interactions Train;
        public readonly int[][] test, fresh;

        public Hold(MeetingLog log, long cut, long end)
        {
            Train = log.Before(cut);
            var met = Enumerable.Range(0, log.People).Select(p => Train.ColumnsOf(p).ToArray().ToHashSet()).ToArray();
            var known = met.SelectMany(m => m).ToHashSet();
            test = new int[log.People][];
            fresh = new int[log.People][];
            foreach (var g in log.Meetings.Where(m => m.At >= cut && m.At < end && known.Contains(m.Item) && met[m.Person].Count > 0).GroupBy(m => m.Person))
            {
                test[g.Key] = [.. g.Select(m => m.Item).Distinct()];
                fresh[g.Key] = [.. test[g.Key].Where(i => !met[g.Key].Contains(i))];
            }
        }

        public string Run(IRecommender by)
        {
            var (r, n, c, ra, na, ca) = (0.0, 0.0, 0, 0.0, 0.0, 0);
            var gate = new object();
            Parallel.For(0, test.Length, p =>
            {
                if (test[p] is null) return;
                var scores = new float[Train.Width];
                by.Score(Train.ColumnsOf(p), Train.WeightsOf(p), scores);
                var order = Enumerable.Range(0, scores.Length).ToArray();
                var all = Metric(scores, test[p]);
                foreach (var i in Train.ColumnsOf(p)) scores[i] = float.NegativeInfinity;
                var few = fresh[p].Length > 0 ? Metric(scores, fresh[p]) : default;
                lock (gate)
                {
                    (ra, na, ca) = (ra + all.R, na + all.N, ca + 1);
                    if (fresh[p].Length > 0) (r, n, c) = (r + few.R, n + few.N, c + 1);
                }
            });
            return $"new {r / c:0.0000}/{n / c:0.0000} all {ra / ca:0.000}/{na / ca:0.000} ({c})";
        }

        public static (double R, double N) Metric(float[] scores, int[] wanted)
        {
            var order = Enumerable.Range(0, scores.Length).ToArray();
            Array.Sort(Array.ConvertAll(scores, s => -s), order);
            var want = wanted.ToHashSet();
            var (r, n, ideal) = (0.0, 0.0, 0.0);
            for (var i = 0; i < 20; i++)
            {
                if (want.Contains(order[i])) r++;
                if (i >= 10) continue;
                if (want.Contains(order[i])) n += 1 / Math.Log2(i + 2);
                if (i < wanted.Length) ideal += 1 / Math.Log2(i + 2);
            }

            return (r / wanted.Length, n / ideal);
        }
    }
}
