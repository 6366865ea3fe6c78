using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

public class ItemFactorsTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_refused_with_its_place(float value)
    {
        var rows = new float[10 * 8];
        rows[37] = value;
        Assert.Contains("place 4", Assert.Throws<ArgumentException>(() => ItemFactors.Of(rows, 8)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    [InlineData(12)]
    [InlineData(264)]
    public void Only_a_multiple_of_eight_up_to_256_is_a_number_of_dimensions(int dimensions) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemFactors.Of([], dimensions));

    [Fact]
    public void A_vector_cut_off_is_refused() => Assert.Throws<ArgumentException>(() => ItemFactors.Of(new float[15], 8));

    [Fact]
    public void A_vector_comes_back_as_it_was_given()
    {
        var rows = Vectors.Normal(new Random(4), 150 * 24);
        var (factors, compact) = (ItemFactors.Of(rows, 24), CompactFactors.Of(rows, 24));
        var vector = new float[24];
        for (var place = 0; place < 150; place++)
        {
            factors.CopyTo(place, vector);
            Assert.Equal(rows[(place * 24)..((place + 1) * 24)], vector);
            Assert.Equal(vector, compact.Row(place));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => factors.CopyTo(150, vector));
        Assert.Throws<ArgumentOutOfRangeException>(() => factors.CopyTo(-1, vector));
        Assert.Throws<ArgumentOutOfRangeException>(() => compact.Row(150).Length);
    }

    [Fact]
    public void Memory_starts_on_a_cache_line_and_stays_there()
    {
        foreach (var length in Enumerable.Range(1, 40))
        {
            var (floats, bytes) = (new Aligned<float>(length), new Aligned<byte>(length));
            var before = Address(floats.Span);
            GC.Collect();
            Assert.Equal((0, 0, before), (Address(floats.Span) % 64, Address(bytes.Span) % 64, Address(floats.Span)));
            Assert.Equal((length, 0f), (floats.Span.Length, floats.Span.ToArray().Sum()));
        }
    }

    /// <summary>Of memory that is pinned.</summary>
    private static nint Address<T>(Span<T> span) => (nint)Unsafe.ByteOffset(ref Unsafe.NullRef<T>(), ref MemoryMarshal.GetReference(span));
}
