using Personalization.Training.Evaluating;

namespace Personalization.Bench.Training;

/// <summary>Means over people of how good their lists are.</summary>
internal sealed class Tally
{
    private const int Shown = 20;
    private double recall, ndcg, fresh;

    public int Count { get; private set; }

    public double Recall => recall / Count;

    public double Ndcg => ndcg / Count;

    /// <summary>The share of what is listed first that nobody had met.</summary>
    public double New => fresh / Count;

    public static Tally In(Dictionary<string, Tally> all, string name) => all.TryGetValue(name, out var known) ? known : all[name] = new();

    public void Add(ReadOnlySpan<float> scores, int[] wanted, Func<int, bool> isNew)
    {
        var values = scores.ToArray();
        int[] list = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(Shown)];
        recall += ListMetrics.Recall(list, wanted, Shown);
        ndcg += ListMetrics.Ndcg(list, wanted, Shown / 2);
        fresh += (double)list.Count(isNew) / Shown;
        Count++;
    }
}
