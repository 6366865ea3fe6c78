using Personalization.Training.Learning;

namespace Personalization.Training.Evaluating;

/// <param name="Name">What reports call it; each once.</param>
/// <param name="Probabilities">Whether its scores are said to be the probability that the item is met.</param>
public sealed record Contender(string Name, IRecommender Model, bool Probabilities = false)
{
    public static Contender Of(IRecommender model) => new(model.Name, model);
}

/// <summary>
/// Asks models for what people met later, and says how well each does, how sure that is, and whether the first is better than the
/// others. The same for the same seed, whatever the number of threads.
/// </summary>
public static class Evaluation
{
    /// <param name="contenders">What is evaluated, and what it is compared with: a champion, popularity. Learned from what the split has to learn from, and nothing else.</param>
    /// <param name="groups">To see whether parts of the catalogue are shown fairly, in each way to divide it; null where nothing is known.</param>
    public static EvaluationReport Run(
        IReadOnlyList<Contender> contenders, Split split, Asked asked, IReadOnlyList<ItemGroups>? groups, EvaluationOptions options, ulong seed, CancellationToken stop)
    {
        if (options.Wrong() is { } wrong) throw new ArgumentException(wrong, nameof(options));
        groups ??= [];
        if (groups.Select(g => g.Wrong(split.Train.Width)).FirstOrDefault(w => w is not null) is { } amiss) throw new ArgumentException(amiss, nameof(groups));
        if (contenders.Count == 0 || contenders.DistinctBy(c => c.Name).Count() < contenders.Count) throw new ArgumentException("contenders with a name each are needed", nameof(contenders));
        var how = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = stop };
        var panel = Panel.Of(split, asked, options.MostPeople, seed);
        var popularities = Popularities.Of(split.Train);
        Judged[] judged = [.. contenders.Select(c => Judged.Of(c, panel, asked, popularities, groups, options, how))];
        var resampling = Resampling.Run([.. judged.SelectMany(j => j.Measures)], panel.People.Length, options.Resamples, seed, how);
        return Report(panel, asked, groups, options, seed, Reports(judged, resampling));
    }

    private static List<ContenderReport> Reports(Judged[] judged, Resampling resampling)
    {
        var figures = resampling.Values.Length / judged.Length;
        return
        [
            .. judged.Select((j, at) => j.Report(
                [.. j.Metrics.Select((m, f) => Figures.Of(m.Metric, m.Why, resampling, (at * figures) + f))],
                at > 0 ? [] : [.. judged.Skip(1).Select((other, o) => new Comparison(
                    other.Name, [.. j.Metrics.Select((m, f) => Figures.Difference(m.Metric, m.Why ?? other.Metrics[f].Why, resampling, f, ((o + 1) * figures) + f))]))])),
        ];
    }

    private static EvaluationReport Report(
        Panel panel, Asked asked, IReadOnlyList<ItemGroups> groups, EvaluationOptions options, ulong seed, List<ContenderReport> contenders)
    {
        var (people, pairs, seen) = (0, panel.Train.Count, new HashSet<int>());
        for (var person = 0; person < panel.Train.Rows; person++)
        {
            var met = panel.Train.ColumnsOf(person);
            people += met.IsEmpty ? 0 : 1;
            foreach (var item in met) seen.Add(item);
        }

        var wanted = 0;
        for (var place = 0; place < panel.People.Length; place++) wanted += panel.Wanted(place).Length;
        return new(
            asked == Asked.NewItems ? "newItems" : "allItems", people, seen.Count, pairs, panel.People.Length, wanted, options.Cuts, options.Shown, seed,
            options.Resamples, [.. groups.Select(g => g.Kind)], options.SmallestGroup, contenders);
    }
}
