using System.Globalization;
using System.Text;
using Personalization.Decisions.Scoring;

namespace Personalization.Bench.Scoring;

/// <summary>What it costs to score every item for one person, and a few candidates by many features.</summary>
internal static class ScoringBench
{
    private const int Dimensions = 64;
    private const int Wanted = 100;
    private const int People = 64;

    public static Task<int> Run()
    {
        var text = new StringBuilder("# Scoring\n\n`dotnet run -c Release --project bench/Personalization.Bench -- scoring`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"One thread, variants in turns. Asked of 100,000 items of 64 values: the hundred best exactly in 0.5 ms (p99 0.7), by bytes in 0.15 ms with 99 of 100 the same; of a million by bytes p99 4 ms.\n\n{Report.Machine}\n\nLoad average before: {Load()}.\n");
        Items(text, 100_000, turns: 100, perTurn: 10);
        Items(text, 1_000_000, turns: 20, perTurn: 10);
        Candidates(text);
        text.Append(CultureInfo.InvariantCulture, $"\nLoad average after: {Load()}.\n");
        Report.Write("scoring.md", text.ToString());
        return Task.FromResult(0);
    }

    private static void Items(StringBuilder text, int items, int turns, int perTurn)
    {
        var random = new Random(items);
        var rows = Normal(random, items * Dimensions);
        var exact = ItemFactors.Of(rows, Dimensions);
        var compact = CompactFactors.Of(rows, Dimensions);
        var people = Enumerable.Range(0, People).Select(_ => Normal(random, Dimensions)).ToArray();
        var (into, heap, bytes) = (new Ranked[Wanted], new PriorityQueue<int, float>(Wanted + 1), (long)items * Dimensions);
        var side = new Interleaved(turns, perTurn);
        side.Add("only summing the same floats: the memory's speed", 4 * bytes, _ => Baselines.Sum(exact.Values));
        side.Add("exact, best 100", 4 * bytes, i => TopItems.Of(exact, people[i % People], [], into));
        side.Add("exact, best 20", 4 * bytes, i => TopItems.Of(exact, people[i % People], [], into.AsSpan(0, 20)));
        side.Add("a dot product per item, heap of 100", 4 * bytes, i => Baselines.Rows(rows, people[i % People], heap, Wanted));
        if (items <= 100_000) side.Add("a plain loop, heap of 100", 4 * bytes, i => Baselines.Loop(rows, people[i % People], heap, Wanted));
        side.Add("only summing as many bytes", bytes, _ => Baselines.Sum(exact.Values[..(exact.Values.Length / 4)]));
        side.Add("by bytes, scored again exactly, best 100", bytes, i => TopItems.Of(compact, people[i % People], [], into));
        side.Add("by bytes, scored again exactly, best 20", bytes, i => TopItems.Of(compact, people[i % People], [], into.AsSpan(0, 20)));
        text.Append(CultureInfo.InvariantCulture, $"\n## {items:n0} items of {Dimensions} values\n");
        side.Run(text);
        text.Append(CultureInfo.InvariantCulture, $"\nOf the best {Wanted} by bytes, {Overlap(exact, compact, people):p2} are the best {Wanted} of the exact pass, over {People} people.\n");
    }

    private static void Candidates(StringBuilder text)
    {
        const int Count = 200, Features = 50;
        var random = new Random(5);
        var (columns, weights) = (Normal(random, Count * Features), Normal(random, Features));
        var (scores, places) = (new float[Count], new int[20]);
        var side = new Interleaved(200, 10);
        side.Add("candidate by candidate, a plain loop", 0, _ => Baselines.Columns(columns, Count, weights, scores), 100);
        side.Add("column by column", 0, _ => ColumnScores.Score(columns, Count, weights, scores), 100);
        side.Add("best 20 of them", 0, _ => Best.Of(scores, places), 100);
        text.Append(CultureInfo.InvariantCulture, $"\n## {Count} candidates, {Features} features\n");
        side.Run(text);
    }

    private static double Overlap(ItemFactors exact, CompactFactors compact, float[][] people)
    {
        var (best, near) = (new Ranked[Wanted], new Ranked[Wanted]);
        return people.Average(person =>
        {
            TopItems.Of(exact, person, [], best);
            TopItems.Of(compact, person, [], near);
            return best.Intersect(near).Count() / (double)Wanted;
        });
    }

    private static float[] Normal(Random random, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++) values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";
}
