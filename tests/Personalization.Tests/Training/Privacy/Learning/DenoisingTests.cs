using Personalization.Training.Learning;
using Personalization.Training.Privacy.Learning;

namespace Personalization.Tests.Training.Privacy.Learning;

public sealed class DenoisingTests
{
    private const int Size = 120;

    [Fact]
    public void Of_noise_alone_hardly_anything_is_left()
    {
        var (found, directions, pairs) = Denoising.Of(Noise(1), Size, 1);
        Assert.Equal(0, directions);
        // One in 741 of 7,140 by chance: 10 on average.
        Assert.InRange(pairs, 0, 30);
        Assert.InRange(Energy(found), 0, Energy(Noise(1)) * 0.02);
    }

    [Fact]
    public void A_direction_that_stands_out_is_found_nearer_to_the_truth_than_it_was()
    {
        var (noisy, truth) = (Noise(2), Planted(60));
        for (var i = 0; i < noisy.Length; i++) noisy[i] += i / Size == i % Size ? 0 : truth[i];
        var (found, directions, _) = Denoising.Of(noisy, Size, 1);
        Assert.Equal(1, directions);
        Assert.True(Energy(Less(found, truth)) < 0.15 * Energy(Less(noisy, truth)));
        // The diagonal was not there.
        Assert.InRange(found[0] / truth[0], 0.5, 1.5);
    }

    [Fact]
    public void A_pair_that_stands_out_is_found_and_others_are_not()
    {
        var noisy = Noise(3);
        noisy[(5 * Size) + 9] = noisy[(9 * Size) + 5] = 12;
        var (found, _, _) = Denoising.Of(noisy, Size, 1);
        Assert.InRange(found[(5 * Size) + 9], 11, 12);
        Assert.Equal(found[(5 * Size) + 9], found[(9 * Size) + 5]);
    }

    [Fact]
    public void What_is_found_stretches_no_direction_by_less_than_nothing()
    {
        var noisy = Noise(4);
        for (var i = 0; i < noisy.Length; i++) noisy[i] += i / Size == i % Size ? 0 : Planted(60)[i];
        Assert.True(SymmetricEigen.Of(Denoising.Of(noisy, Size, 1).Found, Size).Values[^1] > -1e-9);
    }

    private static double[] Noise(ulong seed)
    {
        var noise = new double[Size * Size];
        for (var i = 0; i < Size; i++)
            for (var j = 0; j < i; j++) noise[(i * Size) + j] = noise[(j * Size) + i] = Chance.Normal(seed, (ulong)((i * Size) + j));
        return noise;
    }

    /// <summary>One direction, the same for all items, stretched by so much.</summary>
    private static double[] Planted(double by)
    {
        var truth = new double[Size * Size];
        Array.Fill(truth, by / Size);
        return truth;
    }

    private static double Energy(double[] values) => values.Sum(v => v * v);

    private static double[] Less(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];
}
