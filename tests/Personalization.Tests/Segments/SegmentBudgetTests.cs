using Personalization.Identity;
using Personalization.Rules;
using Personalization.Segments;

namespace Personalization.Tests.Segments;

public sealed class SegmentBudgetTests
{
    private const uint Start = 1_767_600_000;
    private static readonly TierOptions Three = TierOptions.Read(new([])) with { Singletons = 3, Window = TimeSpan.FromHours(1), SingletonFor = TimeSpan.FromMinutes(15) };
    private static readonly ulong Spring = CompiledRules.KeyOf("spring");

    private readonly SegmentBudget budget = new(Three);

    [Fact]
    public void One_more_than_there_are_places_is_queued_and_those_who_have_one_keep_it()
    {
        Assert.Equal([true, true, true, false, false], Enumerable.Range(1, 5).Select(n => Admit(n)));
        Assert.Equal([true, true, true, false], Enumerable.Range(1, 4).Select(n => Admit(n, 60)));
        Assert.Equal(3, budget.Held);
    }

    [Fact]
    public void With_a_new_window_all_places_are_free()
    {
        for (var n = 1; n <= 3; n++) Admit(n);
        var next = 3600 - (Start % 3600);
        Assert.False(Admit(4, next - 1, active: [1, 2, 3]));
        Assert.True(Admit(4, next));
        Assert.Equal(1, budget.Held);
        // A clock that is set back opens no window again.
        Assert.Equal([true, true, false], new[] { Admit(5, next - 10), Admit(6, next - 10), Admit(7, next - 10) });
    }

    [Fact]
    public void A_clock_that_was_far_ahead_for_a_moment_keeps_no_place_for_good()
    {
        for (var n = 1; n <= 3; n++) Admit(n, 30 * 86_400);
        Assert.True(Admit(4));
        Assert.Equal(1, budget.Held);
    }

    [Fact]
    public void A_place_is_free_after_silence_and_not_a_second_before()
    {
        for (var n = 1; n <= 3; n++) Admit(n, (uint)n);
        Admit(1, 10);
        Assert.False(Admit(4, 901));
        Assert.True(Admit(4, 902));
        Assert.True(Admit(1, 902));
        Assert.False(Admit(2, 902));
    }

    [Fact]
    public async Task However_many_ask_at_once_no_place_is_given_twice()
    {
        var wide = new SegmentBudget(Three with { Singletons = 500 });
        var admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var n = 0; n < 1000; n++)
                if (wide.Admit(new((UInt128)(uint)((worker * 1000) + n + 1)), 0, Start, Reservations.None)) Interlocked.Increment(ref admitted);
        })));
        Assert.Equal((500, 500), (admitted, wide.Held));
    }

    [Fact]
    public void What_is_reserved_is_for_the_campaign_alone_while_it_lasts()
    {
        var reserved = Reserved("spring", 2, 0, 600);
        Assert.Equal([true, false], new[] { Admit(1, 0, reserved: reserved), Admit(2, 0, reserved: reserved) });
        Assert.Equal([true, true, false], new[] { Admit(3, 0, Spring, reserved), Admit(4, 0, Spring, reserved), Admit(5, 0, Spring, reserved) });
        Assert.False(Admit(2, 599, reserved: reserved));
    }

    [Fact]
    public void What_was_reserved_and_not_used_is_everybodys_again_afterwards()
    {
        var reserved = Reserved("spring", 2, 0, 600);
        Admit(1, 0, reserved: reserved);
        Assert.False(Admit(2, 599, reserved: reserved));
        Assert.True(Admit(2, 600, reserved: reserved));
    }

    [Fact]
    public void Without_a_cap_everybody_has_a_place_and_nobody_is_kept()
    {
        var open = new SegmentBudget(Three with { Singletons = 0 });
        Assert.True(open.Admit(new(1), 0, Start, Reservations.None));
        Assert.Equal(0, open.Held);
    }

    private bool Admit(int person, uint after = 0, ulong campaign = 0, Reservations? reserved = null, int[]? active = null)
    {
        foreach (var other in active ?? []) budget.Admit(new((UInt128)(uint)other), 0, Start + after, Reservations.None);
        return budget.Admit(new((UInt128)(uint)person), campaign, Start + after, reserved ?? Reservations.None);
    }

    private static Reservations Reserved(string campaign, int singletons, uint from, uint until) =>
        Reservations.Of(new() { Reservations = [new() { Campaign = campaign, Singletons = singletons, From = At(from), Until = At(until) }] });

    private static string At(uint after) => DateTimeOffset.FromUnixTimeSeconds(Start + after).ToString("O");
}
