using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Training.Learning;

namespace Personalization.Training.Ordering;

/// <summary>
/// Which decisions something came of, and what. Of more than the most some are drawn by a hash of their names, of each person's first:
/// who clicks without end takes no place from others. Which are drawn does not hang on the order they come in, nor on anything else.
/// </summary>
internal sealed class Outcomes(int most)
{
    /// <summary>Decisions of one subject; more than they may choose from, since not all teach.</summary>
    private const int MostEach = 100;

    /// <summary>Items of one decision; an event may name any, also such as it never showed.</summary>
    private const int MostItems = 100;

    // By subject, then by draw.
    private readonly Dictionary<Subject, SortedList<ulong, SortedSet<ulong>>> people = [];
    private ulong drawn = ulong.MaxValue;

    public int Count { get; private set; }

    public IEnumerable<Subject> People => people.Keys;

    public void Add(Subject subject, OutcomeRecord record)
    {
        var draw = Draw(record.Decision);
        if (draw > drawn) return;
        if (!people.TryGetValue(subject, out var theirs)) people[subject] = theirs = [];
        if (!theirs.TryGetValue(draw, out var items))
        {
            theirs[draw] = items = [];
            Count++;
        }

        items.UnionWith(record.Items);
        while (items.Count > MostItems) items.Remove(items.Max);
        if (theirs.Count > MostEach) DropLast(theirs);
        while (Count > most) Halve();
    }

    /// <summary>What came of a decision, once: a log may tell of one twice. Null where nothing did.</summary>
    public IReadOnlyCollection<ulong>? Take(in DecisionId id, Subject subject)
    {
        if (!people.TryGetValue(subject, out var theirs) || !theirs.Remove(Draw(id), out var items)) return null;
        Count--;
        return items;
    }

    private void Halve()
    {
        drawn /= 2;
        foreach (var (subject, theirs) in people)
        {
            while (theirs.Count > 0 && theirs.Keys[^1] > drawn) DropLast(theirs);
            if (theirs.Count == 0) people.Remove(subject);
        }
    }

    private void DropLast(SortedList<ulong, SortedSet<ulong>> theirs)
    {
        theirs.RemoveAt(theirs.Count - 1);
        Count--;
    }

    private static ulong Draw(in DecisionId id) => Chance.Bits((ulong)id.Sealed, id.Nonce);
}
