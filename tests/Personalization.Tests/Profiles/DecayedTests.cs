using FsCheck;
using FsCheck.Fluent;
using Personalization.Profiles;

namespace Personalization.Tests.Profiles;

public sealed class DecayedTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    [Fact]
    public void Half_is_left_after_a_half_life() => Assert.Equal(2, new Decayed(4, Start).ValueAt(Start + HalfLife, HalfLife), 12);

    [Fact]
    public void The_order_in_which_parts_arrive_does_not_matter() =>
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 60 * 24 * 30)).ToArbitrary(), minutes =>
        {
            var parts = minutes.Select((m, i) => (Weight: 1.0 + (i % 5), At: Start.AddMinutes(m))).ToList();
            // The formula itself, part by part.
            var end = Start.AddDays(40);
            var expected = parts.Sum(p => p.Weight * Math.Pow(2, -((end - p.At) / HalfLife)));
            return Close(expected, Sum(parts).ValueAt(end, HalfLife)) && Close(expected, Sum(parts.AsEnumerable().Reverse()).ValueAt(end, HalfLife));
        }).QuickCheckThrowOnFailure();

    private static Decayed Sum(IEnumerable<(double Weight, DateTimeOffset At)> parts) => parts.Aggregate(new Decayed(0, Start), (sum, p) => sum.Add(p.Weight, p.At, HalfLife));

    // Each addition rounds once: the error stays within some units in the last place per part.
    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-12 * Math.Max(1, Math.Abs(a)) * 100;
}
