using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Training.Ordering;
using Personalization.Training.Ranking;

namespace Personalization.Bench.Training;

/// <summary>
/// How much of what people wish is found from what they choose, when they look less the further down something stands: by how much chance
/// there was in the lists and how many choices, with the pull of places learned and without.
/// </summary>
internal static class RankingBench
{
    private const DecisionEngine Engine = DecisionEngine.Search;
    private const int Candidates = 40;
    private const int Places = 10;
    private static readonly Column[] Known = [Column.Model, Column.Category, Column.Brand, Column.Price, Column.Popular, Column.Seen];

    private static readonly (Column Column, double Weight)[] Wishes = [(Column.Relevance, 1), (Column.Model, 2), (Column.Brand, 1.5), (Column.Seen, 1), (Column.Popular, -0.5)];

    /// <summary>Looking fades by one over the place, as is taken for granted when order is learned.</summary>
    private static double Fading(int place) => 1.0 / (place + 1);

    /// <summary>What is not: everybody looks at the first three, and few at any other.</summary>
    private static double FirstScreen(int place) => place < 3 ? 1 : 0.15;

    public static int Run()
    {
        var text = new StringBuilder("# Order that is learned\n\n`dotnet run -c Release --project bench/Personalization.Bench -- ranking`. " + Report.Machine + "\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Generated searches: {Candidates} candidates, {Places} shown; of those shown one is chosen, as likely as e to what people wish, times how likely they are to look there. ");
        text.Append("What counts is the share of all that people would choose that stands in the first three of new lists. Lowest and highest of five draws.\n\n");
        var fresh = Lists(0, 2_000, 77, Fading, Rankers.Search).Select(l => l.Decision).ToList();
        text.Append(CultureInfo.InvariantCulture, $"`search-1`: {First(fresh, Rankers.Search):0.000}. What people wish, known exactly: {First(fresh, null):0.000}.\n\n");
        foreach (var (name, look, by) in new (string, Func<int, double>, Ranker)[]
        {
            ("Looking fades by one over the place, as is taken for granted", Fading, Rankers.Search), ("Everybody looks at the first three, and 15 % at any other, which is not", FirstScreen, Rankers.Search),
            ("Looking fades, and the lists are in the order of relevance alone, so that it stands for the place", Fading, Rankers.Relevance),
        })
        {
            text.Append(CultureInfo.InvariantCulture, $"## {name}\n\n");
            text.Append("| by chance | choices | learned | without the pull of places | chance in the lists | taken | seconds |\n|---|---|---|---|---|---|---|\n");
            foreach (var explore in new[] { 0f, 0.02f, 0.05f, 0.2f })
                foreach (var choices in new[] { 500, 2_000, 10_000 }) text.Append(Row(explore, choices, fresh, look, by));
            text.Append('\n');
        }

        text.Append("`taken`: in how many of five draws the learned order would be put in force. Without chance it is refused; the table shows what would have been learned.\n");
        Report.Write("ranking.md", text.ToString());
        return 0;
    }

    private static string Row(float explore, int number, List<Decision> fresh, Func<int, double> look, Ranker by)
    {
        var (learned, naive, taken, seconds, chance) = (new List<double>(), new List<double>(), 0, 0.0, 0.0);
        for (var draw = 0; draw < 5; draw++)
        {
            var choices = Lists(explore, number, draw, look, by).SelectMany(l => LoggedChoice.Of(LoggedFacts.Read(l.Decision.Record.Written)!, l.Decision.Id, (UInt128)(l.Decision.Id.Nonce % 1000), [l.Chosen])).ToList();
            Choice[] all = [.. choices.Select(c => c.Choice)];
            var began = Stopwatch.GetTimestamp();
            var (_, ranker) = RankerLearning.Run(Engine, choices, DateTimeOffset.UnixEpoch, new(7, 500), 1, default);
            seconds = Math.Max(seconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
            if (ranker is not null) taken++;
            chance = choices.Sum(c => c.Chance);
            learned.Add(First(fresh, Of(LinearRanking.Learn(all, LoggedTerms.Count))));
            naive.Add(First(fresh, Of(LinearRanking.Learn([.. all.Select(Placeless)], LoggedTerms.Count))));
        }

        return string.Create(CultureInfo.InvariantCulture, $"| {explore:0.##} | {number:N0} | {learned.Min():0.000}–{learned.Max():0.000} | {naive.Min():0.000}–{naive.Max():0.000} | {chance:0} | {taken} of 5 | {seconds:0.0} |\n");
    }

    private static Choice Placeless(Choice choice)
    {
        static float[] Cut(float[] terms) => [.. terms[..LoggedTerms.Place], 0];
        return new(Cut(choice.Chosen), [.. choice.Others.Select(Cut)], choice.Weight);
    }

    private static Ranker Of(double[] weights) =>
        new("bench", Enumerable.Range(0, Columns.Count).Select(c => ((Column)c, (float)(weights[c] + (weights[LoggedTerms.Standard] * Rankers.Search.Weights(false)[c])))));

    /// <summary>Null for what people wish.</summary>
    private static double First(List<Decision> lists, Ranker? ranker) => lists.Average(d =>
    {
        double[] wish = [.. Enumerable.Range(0, d.Pool.Count).Select(i => Math.Exp(Wish(d.Pool, i)))];
        var first = Enumerable.Range(0, d.Pool.Count).OrderByDescending(i => ranker is null ? wish[i] : Enumerable.Range(0, Columns.Count).Sum(c => (double)ranker.Weights(false)[c] * d.Pool.Value((Column)c, i))).Take(3);
        return first.Sum(i => wish[i]) / wish.Sum();
    });

    private static double Wish(Pool pool, int i) => Wishes.Sum(w => w.Weight * pool.Value(w.Column, i));

    private static IEnumerable<(Decision Decision, ulong Chosen)> Lists(float explore, int number, int seed, Func<int, double> look, Ranker by)
    {
        var random = new Random(seed);
        for (var n = 0; n < number; n++)
        {
            var d = new Decision { Engine = Engine, Tier = Tier.Singleton, At = DateTimeOffset.UnixEpoch.AddMinutes(n + 1), Explore = new(explore, 5) };
            for (var i = 0; i < Candidates; i++)
            {
                d.Pool.Add(new((ulong)i + 1), Pool.Nowhere, Pool.NoGroup);
                d.Pool.Set(Column.Relevance, i, 1 - ((float)i / (Candidates - 1)));
                foreach (var column in Known)
                    if (random.NextDouble() < 0.5) d.Pool.Set(column, i, random.NextSingle());
            }

            d.Add(new Slot("results", Places, by));
            d.Id = new(DecisionId.NonceOf(d.At, n), (UInt128)n);
            d.Arrange(d.Id.Nonce + (ulong)seed);
            DecisionRecord.Write(d);
            double[] likely = [.. d.Placed.Select((p, place) => Math.Exp(Wish(d.Pool, p.Candidate)) * look(place))];
            var (left, chosen) = (random.NextDouble() * likely.Sum(), 0);
            while (chosen < likely.Length - 1 && (left -= likely[chosen]) > 0) chosen++;
            yield return (d, d.Pool.Keys[d.Placed[chosen].Candidate]);
        }
    }
}
