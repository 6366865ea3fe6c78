using Personalization.Decisions;
using Personalization.Training.Learning;

namespace Personalization.Training.Ordering;

/// <summary>
/// Choices to learn from, no more of one person for an engine than their share, and no more together than there is memory for. Of more
/// some are drawn by a hash of the decisions' names: always the same, in whatever order they come.
/// </summary>
internal sealed class DrawnChoices(int most, int mostEach)
{
    private readonly Dictionary<(DecisionEngine, UInt128), List<LoggedChoice>> people = [];
    private ulong drawn = ulong.MaxValue;
    private int count;

    /// <param name="choices">Of one decision.</param>
    public void Add(IEnumerable<LoggedChoice> choices)
    {
        foreach (var choice in choices)
            if (Draw(choice) <= drawn) Add(choice);
        for (; count > most; drawn /= 2)
            foreach (var theirs in people.Values) count -= theirs.RemoveAll(c => Draw(c) > drawn / 2);
    }

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<LoggedChoice> All() => [.. people.Values.SelectMany(c => c).OrderBy(c => c.When.Nonce).ThenBy(c => c.When.Sealed)];

    private void Add(LoggedChoice choice)
    {
        if (!people.TryGetValue((choice.Engine, choice.Person), out var theirs)) people[(choice.Engine, choice.Person)] = theirs = [];
        // Rising by draw; what comes of one decision stays in its order.
        var at = theirs.FindLastIndex(c => Draw(c) <= Draw(choice)) + 1;
        if (at == mostEach) return;
        theirs.Insert(at, choice);
        count++;
        if (theirs.Count <= mostEach) return;
        theirs.RemoveAt(mostEach);
        count--;
    }

    private static ulong Draw(LoggedChoice c) => Chance.Bits((ulong)c.When.Sealed, c.When.Nonce);
}
