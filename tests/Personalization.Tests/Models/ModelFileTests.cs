using Personalization.Models;

namespace Personalization.Tests.Models;

/// <summary>A model is read as it was written, or not at all.</summary>
public sealed class ModelFileTests
{
    private static readonly FactorModel Model = Learn.Model(20, 16, new(0.1f, 0.2f, 0.3f, 0.4f)).Model;
    private static readonly byte[] File = ModelFile.Write(Model);

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        var read = ModelFile.Read("other", File)!;
        Assert.Equal(("other", Model.TrainedAt, Model.Folding, 20), (read.Name, read.TrainedAt, read.Folding, read.Count));
        Assert.Equal(Model.Spectrum.ToArray(), read.Spectrum.ToArray());
        for (var place = 0; place < 20; place++) Assert.Equal(Model.Vectors.Row(place).ToArray(), read.Vectors.Row(place).ToArray());
        Assert.Equal(Model.Keys.ToArray(), read.Keys.ToArray());
        Assert.Equal(File, ModelFile.Write(read));
    }

    [Fact]
    public void One_bit_changed_anywhere_is_no_model()
    {
        for (var at = 0; at < File.Length; at++)
        {
            var damaged = File.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            Assert.Null(ModelFile.Read("m", damaged));
        }
    }

    [Fact]
    public void A_part_of_one_and_more_than_one_is_no_model()
    {
        for (var length = 0; length < File.Length; length++) Assert.Null(ModelFile.Read("m", File.AsSpan(0, length)));
        Assert.Null(ModelFile.Read("m", [.. File, 0]));
    }

    [Theory]
    [InlineData(8, -16), InlineData(8, 7), InlineData(12, int.MaxValue), InlineData(28, float.NaN), InlineData(28, 0f), InlineData(32, -1f), InlineData(36, 2f), InlineData(40, float.PositiveInfinity)]
    [InlineData(228, float.NaN), InlineData(228, -1f), InlineData(276, float.NegativeInfinity), InlineData(20, long.MaxValue)]
    public void Values_that_cannot_be_are_no_model_even_where_the_checksum_is_right(int at, object value) => Assert.Null(ModelFile.Read("m", With(at, value)));

    [Fact]
    public void An_item_that_is_there_twice_is_no_model()
    {
        var twice = File.ToArray();
        twice.AsSpan(52, 8).CopyTo(twice.AsSpan(60));
        Assert.Null(ModelFile.Read("m", Signed(twice)));
    }

    private static byte[] With(int at, object value)
    {
        var changed = File.ToArray();
        byte[] bytes = value switch { int i => BitConverter.GetBytes(i), float f => BitConverter.GetBytes(f), _ => BitConverter.GetBytes((long)value) };
        bytes.CopyTo(changed, at);
        return Signed(changed);
    }

    private static byte[] Signed(byte[] file)
    {
        System.Security.Cryptography.SHA256.HashData(file.AsSpan(0, file.Length - 32), file.AsSpan(file.Length - 32));
        return file;
    }
}
