using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Training.Learning;

namespace Personalization.Training.Ordering;

/// <summary>
/// Which decisions something came of, and what. Of more than the most some are drawn by a hash of their names: which are drawn does not
/// hang on the order they come in, nor on anything else.
/// </summary>
internal sealed class Outcomes(int most)
{
    private readonly Dictionary<DecisionId, (Subject Of, HashSet<ulong> Items)> decisions = [];
    private ulong drawn = ulong.MaxValue;

    public int Count => decisions.Count;

    public IEnumerable<Subject> People => decisions.Values.Select(d => d.Of).Distinct();

    public void Add(Subject subject, OutcomeRecord record)
    {
        if (Draw(record.Decision) > drawn) return;
        if (!decisions.TryGetValue(record.Decision, out var known)) decisions[record.Decision] = known = (subject, []);
        known.Items.UnionWith(record.Items);
        while (decisions.Count > most)
        {
            drawn /= 2;
            foreach (var late in decisions.Keys.Where(k => Draw(k) > drawn).ToList()) decisions.Remove(late);
        }
    }

    /// <summary>What came of a decision, once: a log may tell of one twice. Null where nothing did.</summary>
    public IReadOnlyCollection<ulong>? Take(in DecisionId id, Subject subject) =>
        decisions.TryGetValue(id, out var known) && known.Of == subject && decisions.Remove(id) ? known.Items : null;

    private static ulong Draw(in DecisionId id) => Chance.Bits((ulong)id.Sealed, id.Nonce);
}
