using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Publishing;
using Personalization.Training.Ordering;

namespace Personalization.Training.Runs;

/// <summary>
/// Learns order from what came of decisions and puts it in force. What is in force is always what was learned last, or the standard
/// where that was not clearly better or order is not learned: so who left is in no weights a run later, unless an operator goes back to older ones.
/// </summary>
public sealed class RankerDesk(ChoiceGathering gathering, PublishingDesk<LearnedRankers, RankerSet> published, LoggedOptions options)
{
    private static readonly DecisionEngine[] Engines = [DecisionEngine.Homepage, DecisionEngine.Search, DecisionEngine.Recommendations];

    /// <returns>What became of each engine; null where order is not to be learned.</returns>
    public async ValueTask<IReadOnlyList<RankerFinding>?> Run(DateTimeOffset at, ulong seed, Action<string> tell, CancellationToken stop)
    {
        if (!options.On)
        {
            await Publish([], stop);
            return null;
        }

        var choices = await gathering.Run(at, tell, stop);
        tell($"learning order from {choices.Count} choices");
        var learned = await Task.Run(() => Engines.Select(e => RankerLearning.Run(e, [.. choices.Where(c => c.Engine == e)], at, options, seed, stop)).ToList(), stop);
        await Publish([.. learned.Select(l => l.Ranker).OfType<LearnedRanker>()], stop);
        return [.. learned.Select(l => l.Finding)];
    }

    private async ValueTask Publish(IReadOnlyList<LearnedRanker> rankers, CancellationToken stop)
    {
        // Nothing in place of nothing is no version.
        if (rankers.Count == 0 && await published.Show(null, stop) is { Set.Rankers.Count: 0 }) return;
        await published.Publish(new() { Note = "learned from what came of decisions", Rankers = rankers }, stop);
    }
}
