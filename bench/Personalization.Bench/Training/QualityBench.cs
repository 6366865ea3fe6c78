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

        Func<Interactions, IRecommender> Ease(float l, float s = 0) { var c = new Dictionary<Interactions, IRecommender>(); return p => c.TryGetValue(p, out var r) ? r : c[p] = ItemRegression.Learn(p, l, s, 4000, 2, default); }
        Func<Interactions, IRecommender> Als(int d, float bg, float reg, float sc = 1, float slope = 0, int sweeps = 15) { var c = new Dictionary<Interactions, IRecommender>(); return p => c.TryGetValue(p, out var r) ? r : c[p] = AlternatingSquares.Learn(p, new(d, new(bg, reg, sc, slope), sweeps), 2, default); }
        var ease = new[] { ("ease200", Ease(200)), ("ease400", Ease(400)), ("ease700/1", Ease(700, 1)) };
        var als = new[] { ("als128 .3 .006", Als(128, .3f, .006f)), ("als128 .5 .004", Als(128, .5f, .004f)), ("als128 .3 .006 s1", Als(128, .3f, .006f, 1, 1)), ("als256 .3 .006", Als(256, .3f, .006f)), ("als128 .3 1 .5", Als(128, .3f, .3f, 0.5f)), ("als128 .3 .006 x30", Als(128, .3f, .006f, 1, 0, 30)) };
        foreach (var (n, a) in als) Both(n, a);
        foreach (var (en, e) in ease)
            foreach (var (an, a) in als)
                foreach (var w in new[] { .3f, .6f })
                    Both($"{en} + {w} {an}", p => new Blend(e(p), a(p), w));
        return 0;
    }

    internal sealed class Hold
    {
        public readonly Interactions Train;
        private readonly int[][] test, fresh;

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

        private static (double R, double N) Metric(float[] scores, int[] wanted)
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
