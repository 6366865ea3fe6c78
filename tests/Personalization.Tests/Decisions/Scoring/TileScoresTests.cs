using System.Runtime.Intrinsics.X86;
using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

public class TileScoresTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(256)]
    public void Every_width_gives_the_bits_of_a_plain_loop(int dimensions)
    {
        var random = new Random(dimensions);
        var rows = Vectors.Normal(random, 64 * dimensions);
        var person = Vectors.Normal(random, dimensions);
        var factors = ItemFactors.Of(rows, dimensions);
        var (wide, narrow) = (new float[64], new float[64]);
        TileScores.Wide(factors.At(0), person, wide);
        TileScores.Narrow(factors.At(0), person, narrow);
        var plain = Enumerable.Range(0, 64).Select(place => Vectors.Plain(rows.AsSpan(place * dimensions, dimensions), person));
        Assert.Equal(plain.Select(BitConverter.SingleToInt32Bits), wide.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(wide.Select(BitConverter.SingleToInt32Bits), narrow.Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(256)]
    public void Every_instruction_set_gives_the_same_sums_of_bytes(int dimensions)
    {
        var random = new Random(dimensions);
        foreach (var extreme in new[] { false, true })
        {
            var tile = Enumerable.Range(0, 64 * dimensions).Select(_ => (byte)(extreme ? random.Next(2) * 255 : random.Next(256))).ToArray();
            var vector = Enumerable.Range(0, dimensions).Select(_ => extreme ? random.Next(10) == 0 ? -63f : 63f : random.Next(-63, 64)).ToArray();
            vector[0] = 63;
            var scales = Enumerable.Range(0, 64).Select(_ => random.NextSingle()).ToArray();
            var person = new CompactPerson(vector, new int[CompactPerson.Room(dimensions)]);
            var (any, half, wide) = (new float[64], new float[64], new float[64]);
            CompactScores.Any(tile, scales, person, any);
            Assert.Equal(Enumerable.Range(0, 64).Select(lane => Sum(tile, lane, vector) * scales[lane]), any);
            if (Avx2.IsSupported) CompactScores.Half(tile, scales, person, half);
            if (Avx2.IsSupported) Assert.Equal(any, half);
            if (Avx512BW.IsSupported) CompactScores.Wide(tile, scales, person, wide);
            if (Avx512BW.IsSupported) Assert.Equal(any, wide);
        }
    }

    [Fact]
    public void Above_says_which_lanes_beat_the_bar()
    {
        var scores = Enumerable.Range(0, 64).Select(i => (float)(i * 37 % 64)).ToArray();
        (scores[5], scores[6], scores[7]) = (float.NaN, float.NegativeInfinity, float.PositiveInfinity);
        Assert.Equal(Enumerable.Range(0, 64).Where(i => scores[i] > 20).Aggregate(0UL, (all, i) => all | (1UL << i)), Tile.Above(scores, 20));
    }

    private static float Sum(byte[] tile, int lane, float[] vector) =>
        Enumerable.Range(0, vector.Length).Sum(i => (tile[(i / 4 * 256) + (lane * 4) + (i % 4)] - 128) * (int)vector[i]);
}
