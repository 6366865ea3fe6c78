using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Training.Ordering;

namespace Personalization.Tests.Training.Ordering;

/// <summary>Whoever clicks without end has no more of the memory, and takes nothing from others.</summary>
public sealed class OutcomesTests
{
    private static readonly Subject Restless = new(1);

    [Fact]
    public void Who_clicks_without_end_does_not_crowd_out_others()
    {
        var outcomes = new Outcomes(500);
        for (ulong n = 0; n < 20_000; n++) outcomes.Add(Restless, new(Id(n, 1), [n]));
        for (ulong n = 2; n < 302; n++) outcomes.Add(new(n), new(Id(n, n), [n]));

        Assert.Equal(301, outcomes.People.Count());
        Assert.All(Enumerable.Range(2, 300), n => Assert.NotNull(outcomes.Take(Id((ulong)n, (ulong)n), new((ulong)n))));
    }

    [Fact]
    public void Of_one_decision_no_more_is_held_than_could_have_been_chosen_from_it_and_always_the_same()
    {
        var records = Enumerable.Range(0, 2000).Select(n => new OutcomeRecord(Id(1, 1), [.. Enumerable.Range(20 * n, 20).Select(i => (ulong)i)])).ToList();
        var (one, other) = (new Outcomes(500), new Outcomes(500));
        foreach (var record in records) one.Add(Restless, record);
        foreach (var record in Enumerable.Reverse(records)) other.Add(Restless, record);

        var held = one.Take(Id(1, 1), Restless)!;
        Assert.InRange(held.Count, 20, 1000);
        Assert.Equal(held.Order(), other.Take(Id(1, 1), Restless)!.Order());
    }

    [Fact]
    public void What_is_drawn_of_somebody_does_not_hang_on_the_order()
    {
        var (one, other) = (new Outcomes(150), new Outcomes(150));
        for (ulong n = 0; n < 1000; n++) one.Add(new(1 + (n % 3)), new(Id(n, 1), [n]));
        for (ulong n = 1000; n-- > 0;) other.Add(new(1 + (n % 3)), new(Id(n, 1), [n]));

        Assert.InRange(one.Count, 1, 150);
        for (ulong n = 0; n < 1000; n++) Assert.Equal(one.Take(Id(n, 1), new(1 + (n % 3))), other.Take(Id(n, 1), new(1 + (n % 3))));
    }

    private static DecisionId Id(ulong nonce, ulong of) => new(nonce << 16, of);
}
