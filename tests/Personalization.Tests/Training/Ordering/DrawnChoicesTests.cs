using Personalization.Decisions;
using Personalization.Training.Ordering;

namespace Personalization.Tests.Training.Ordering;

/// <summary>What is held while order is learned is bounded, fair, and the same in whatever order it comes.</summary>
public sealed class DrawnChoicesTests
{
    [Fact]
    public void Of_too_many_always_the_same_are_held_and_of_nobody_more_than_their_share()
    {
        var decisions = Enumerable.Range(0, 2000).Select(n => Decision(n, person: n % 7 == 0 ? n : 1, choices: 1 + (n % 3))).ToList();
        var (one, other) = (new DrawnChoices(100, 20), new DrawnChoices(100, 20));
        foreach (var decision in decisions) one.Add(decision);
        foreach (var decision in Enumerable.Reverse(decisions)) other.Add(decision);

        var held = one.All();
        Assert.InRange(held.Count, 20, 100);
        Assert.InRange(held.Count(c => c.Person == 1), 1, 20);
        Assert.Equal(held, other.All());
        Assert.Equal(held.OrderBy(c => c.When.Nonce), held);
    }

    [Fact]
    public void Who_chooses_without_end_takes_nothing_from_others()
    {
        var choices = new DrawnChoices(200, 20);
        foreach (var n in Enumerable.Range(0, 5000)) choices.Add(Decision(n, person: 1, choices: 5));
        foreach (var n in Enumerable.Range(0, 180)) choices.Add(Decision(n, person: 2 + n, choices: 1));

        Assert.Equal(200, choices.All().Count);
    }

    private static List<LoggedChoice> Decision(int n, int person, int choices) =>
        [.. Enumerable.Range(0, choices).Select(c => new LoggedChoice(DecisionEngine.Search, (UInt128)person, new((ulong)n << 16, (UInt128)person), 0, new([c], [[0]], 1)))];
}
