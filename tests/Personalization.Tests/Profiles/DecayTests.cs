using FsCheck;
using FsCheck.Fluent;
using Personalization.Profiles;

namespace Personalization.Tests.Profiles;

public sealed class DecayTests
{
    private const uint Start = 1_767_603_600;
    private const float HalfLife = 7 * 86_400;

    [Fact]
    public void Half_is_left_after_a_half_life() => Assert.Equal(2, Decay.At(4, Start, Start + (uint)HalfLife, HalfLife), 6);

    [Fact]
    public void The_order_in_which_parts_arrive_does_not_matter() =>
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 60 * 24 * 30)).ToArbitrary(), minutes =>
        {
            var parts = minutes.Select((m, i) => (Weight: 1f + (i % 5), At: Start + (uint)(m * 60))).ToList();
            // The formula itself, part by part.
            var end = Start + (40 * 86_400);
            var expected = parts.Sum(p => p.Weight * Math.Pow(2, -((end - p.At) / (double)HalfLife)));
            return Close(expected, Sum(parts, end), parts.Count) && Close(expected, Sum(parts.AsEnumerable().Reverse(), end), parts.Count);
        }).QuickCheckThrowOnFailure();

    private static float Sum(IEnumerable<(float Weight, uint At)> parts, uint end)
    {
        var (sum, at) = (0f, 0u);
        foreach (var (weight, partAt) in parts) Decay.Add(ref sum, ref at, weight, partAt, HalfLife);
        return Decay.At(sum, at, end, HalfLife);
    }

    // Each addition rounds a few times, to one part in 2^24.
    private static bool Close(double expected, double actual, int parts) => Math.Abs(expected - actual) <= Math.Max(1, expected) * (parts + 1) * 8 / (1 << 24);
}
