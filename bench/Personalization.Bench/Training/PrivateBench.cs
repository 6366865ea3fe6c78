using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;
using Personalization.Training.Offline;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Attacking;
using Personalization.Training.Privacy.Learning;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Bench.Training;

/// <summary>What privacy costs in quality, and what it takes from somebody who wants to know who was learned from.</summary>
internal sealed class PrivateBench
{
    private const int Kept = 200;
    private const float Lambda = 300;
    private const int Dimensions = 16;
    private const string Metric = "ndcg@10";
    private static readonly double[] Epsilons = [1, 2, 4, 8, 16];

    private readonly StringBuilder text = new();
    private readonly int draws;
    private readonly int shadows;

    private PrivateBench(bool brief) => (draws, shadows) = brief ? (6, 16) : (10, 64);

    /// <param name="part"><c>short</c> for fewer draws and shadow models.</param>
    public static int Run(string[] part)
    {
        var bench = new PrivateBench(part is ["short"]);
        bench.Line($"# Private training\n\n`dotnet run -c Release --project bench/Personalization.Bench -- private{(part is ["short"] ? " short" : "")}`. {Report.Machine}\n");
        var log = MeetingsFile.Read(Path.Combine(Environment.GetEnvironmentVariable("ONLINE_RETAIL") ?? "../shared/data/online-retail", "purchases.csv.gz"));
        var cut = new DateTimeOffset(2011, 11, 9, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var retail = Split.At(log.Meetings.ToArray(), log.People, log.Items.Count, cut);
        bench.Curve("Online Retail, new items in the last 30 days", retail, 1e-4);
        bench.Curve("The same with δ = 1/people", retail, 1.0 / log.People);
        bench.Curve("Generated, 30 kinds of items", Split.At(Clustered.Of(30_000, 3_000, 30, 1), 30_000, 3_000, 1), 1e-4);
        bench.Attacks(retail.Train);
        bench.Noise();
        Report.Write("private-training.md", bench.text.ToString());
        return 0;
    }

    private void Curve(string name, Split split, double delta)
    {
        var plain = ItemRegression.Learn(split.Train, Lambda, 0, Kept, Environment.ProcessorCount, default);
        var (nothing, whole) = (One(Counted.Learn(split.Train), split), One(plain, split));
        Line($"## {name}\n\n{People(split.Train)} people with anything, δ = {F(delta, "0.#e0")}. NDCG@10 of EASE without privacy {Text(whole)}, of popularity alone {Text(nothing)}.\nIntervals are of the first draw of noise, over people; the mean is over {draws} draws.\n");
        Line("| ε | ρ | EASE from noisy sums | mean | of non-private | range over draws | items | directions, pairs | vectors from noisy sums, mean | seconds |\n|---|---|---|---|---|---|---|---|---|---|");
        foreach (var epsilon in Epsilons)
        {
            var options = PrivateOptions.Default with { Epsilon = epsilon, Delta = delta };
            var (figures, at, card, vectors) = (new List<Figure>(), Stopwatch.GetTimestamp(), (PrivateCard?)null, 0.0);
            for (var draw = 0; draw < draws; draw++)
            {
                var learned = PrivateRegression.Learn(split.Train, options, new(options.Cost), Kept, Environment.ProcessorCount, default);
                card ??= learned.Card;
                figures.Add(One(learned.Model, split));
            }

            var seconds = Stopwatch.GetElapsedTime(at).TotalSeconds / draws;
            for (var draw = 0; draw < draws; draw++)
                vectors += One(PrivateFactors.Learn(split.Train, options, new(options.Cost), Dimensions, 1, Environment.ProcessorCount, default).Model, split).Value!.Value / draws;
            var mean = figures.Average(f => f.Value!.Value);
            Line($"| {epsilon} | {F(options.Cost.Value, "0.0000")} | {Text(figures[0])} | {F(mean, "0.0000")} | {F(mean / whole.Value!.Value, "0 %")} | {F(figures.Min(f => f.Value!.Value), "0.0000")}–{F(figures.Max(f => f.Value!.Value), "0.0000")} | {card!.Items} | {card.Directions}, {card.Pairs} | {F(vectors, "0.0000")} ({F(vectors / whole.Value!.Value, "0 %")}) | {F(seconds, "0.0")} |");
        }

        Line("");
    }

    private void Attacks(Interactions people)
    {
        Line($"## Who was learned from?\n\nHalf of the people of Online Retail are learned from, and both halves are told apart by the model. A half (0.5) is guessing. {shadows} models each; every one is attacked by the others. Intervals of shadow models take\nwhat different models say of one person for independent, which makes them narrow.\n");
        Line("| Model | loss threshold, AUC | shadow models, AUC | seconds |\n|---|---|---|---|");
        Attack("EASE without privacy", people, half => ItemRegression.Learn(half, Lambda, 0, Kept, Environment.ProcessorCount, default), Math.Min(shadows, 32));
        foreach (var options in new[] { PrivateOptions.Default, PrivateOptions.Default with { Epsilon = 16 } })
            Attack($"private, ε = {options.Epsilon}, δ = {F(options.Delta, "0.#e0")}{(options == PrivateOptions.Default ? " (default)" : "")}", people,
                half => PrivateRegression.Learn(half, options, new(options.Cost), Kept, Environment.ProcessorCount, default).Model, shadows);
        Line("");
    }

    private void Attack(string name, Interactions people, Func<Interactions, IRecommender> learn, int models)
    {
        var at = Stopwatch.GetTimestamp();
        var half = Membership.Half(people.Rows, 99);
        var loss = Membership.ByLoss(learn(Membership.Only(people, half)), people, half, Environment.ProcessorCount);
        var shadow = Membership.ByShadows(learn, people, models, 1, Environment.ProcessorCount);
        Line($"| {name} | {Text(loss)} | {Text(shadow)} | {F(Stopwatch.GetElapsedTime(at).TotalSeconds, "0")} |");
    }

    private void Noise()
    {
        const int Draws = 8_000_000;
        var sums = new long[Draws];
        var at = Stopwatch.GetTimestamp();
        NoiseSource.Secure.Add(sums, 3_000_000, new() { MaxDegreeOfParallelism = 1 });
        var one = Stopwatch.GetElapsedTime(at).TotalSeconds;
        at = Stopwatch.GetTimestamp();
        var bits = new SecureBits(RandomNumberGenerator.Create());
        for (var i = 0; i < Draws; i++) bits.Next();
        Line($"## Noise\n\n{Draws / 1_000_000} million exact draws, as many as 4,000 items have pairs, on one thread: {F(one, "0.00")} s. As many 64-bit words of the generator alone: {F(Stopwatch.GetElapsedTime(at).TotalSeconds, "0.00")} s.");
    }

    private static Figure One(IRecommender model, Split split) =>
        Evaluation.Run([Contender.Of(model)], split, Asked.NewItems, null, EvaluationOptions.Default with { Resamples = 200 }, 1, default).Contenders[0][Metric]!;

    private static int People(Interactions people) => Enumerable.Range(0, people.Rows).Count(p => !people.ColumnsOf(p).IsEmpty);

    private static string Text(Figure f) => $"{F(f.Value!.Value, "0.0000")} [{F(f.Low!.Value, "0.000")}, {F(f.High!.Value, "0.000")}]";

    private static string Text(Advantage a) => $"{F(a.Auc, "0.000")} [{F(a.Low, "0.000")}, {F(a.High, "0.000")}]";

    private static string F(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private void Line(string line)
    {
        text.Append(line).Append('\n');
        Console.WriteLine(line);
    }
}
