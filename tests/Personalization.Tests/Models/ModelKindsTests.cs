using System.Buffers.Binary;
using System.Security.Cryptography;
using Personalization.Models;
using Personalization.Tests.Training.Learning;

namespace Personalization.Tests.Models;

/// <summary>Files of vectors, of neighbours and of both are read as they were written, or not at all.</summary>
public sealed class ModelKindsTests
{
    private const int Items = 30;

    public static TheoryData<string> Kinds => ["als", "ease", "blend"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_read_is_what_was_written(string kind)
    {
        var (model, file) = Made(kind);
        var read = ModelFile.Read("m", file)!;
        Assert.Equal((model.Count, model.NearShare, model.Folding, model.TrainedAt), (read.Count, read.NearShare, read.Folding, read.TrainedAt));
        Assert.Equal(model.Keys.ToArray(), read.Keys.ToArray());
        Assert.Equal(model.Spectrum.ToArray(), read.Spectrum.ToArray());
        Assert.Equal(model.Near.Slope, read.Near.Slope);
        for (var item = 0; item < Items; item++)
        {
            if (kind != "als") Assert.Equal(model.Near.OthersOf(item).ToArray(), read.Near.OthersOf(item).ToArray());
            if (kind != "als") Assert.Equal(model.Near.StrengthsOf(item).ToArray(), read.Near.StrengthsOf(item).ToArray());
            if (kind != "ease") Assert.Equal(model.Vectors.Row(item).ToArray(), read.Vectors.Row(item).ToArray());
        }

        Assert.Equal(file, ModelFile.Write(read));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_bit_changed_anywhere_and_any_part_is_no_model(string kind)
    {
        var file = Made(kind).File;
        for (var at = 0; at < file.Length; at++)
        {
            var damaged = file.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            Assert.Null(ModelFile.Read("m", damaged));
        }

        for (var length = 0; length < file.Length; length += 7) Assert.Null(ModelFile.Read("m", file.AsSpan(0, length)));
    }

    /// <summary>Sizes are checked against the length of the file before anything is made of them.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sizes_of_what_is_not_there_are_refused_without_making_room(string kind)
    {
        var file = Made(kind).File;
        foreach (var at in new[] { 8, 12, 16 })
        {
            foreach (var size in new[] { int.MaxValue, int.MinValue, -1, 256, 0, 1_000_000_000 })
            {
                if (BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)) == size) continue;
                var (hostile, least) = (file.ToArray(), long.MaxValue);
                BinaryPrimitives.WriteInt32LittleEndian(hostile.AsSpan(at), size);
                Sign(hostile);
                for (var run = 0; run < 10; run++)
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    Assert.Null(ModelFile.Read("m", hostile));
                    least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                }

                Assert.True(least < 1000, $"{least} bytes for {size} at {at}");
            }
        }
    }

    [Fact]
    public void Neighbours_that_cannot_be_are_no_model_even_where_the_checksum_is_right()
    {
        var (model, file) = Made("ease");
        var starts = 52 + (Items * 8);
        var others = starts + ((Items + 1) * 4);
        (int At, byte[] Bytes)[] wrong =
        [
            (starts, BitConverter.GetBytes(1)), (starts + (4 * Items), BitConverter.GetBytes(3)), (starts + 4, BitConverter.GetBytes(int.MaxValue)), (starts + 4, BitConverter.GetBytes(-1)),
            (others, BitConverter.GetBytes(Items)), (others, BitConverter.GetBytes(-1)), (others + (4 * model.Near.Count), BitConverter.GetBytes(float.NaN)),
            (44, BitConverter.GetBytes(0f)), (44, BitConverter.GetBytes(1.5f)), (44, BitConverter.GetBytes(float.NaN)), (48, BitConverter.GetBytes(-1f)), (48, BitConverter.GetBytes(float.PositiveInfinity)),
        ];
        Assert.Equal(1f, BitConverter.ToSingle(file, 44));
        foreach (var (at, bytes) in wrong)
        {
            var changed = file.ToArray();
            bytes.CopyTo(changed, at);
            Sign(changed);
            Assert.Null(ModelFile.Read("m", changed));
        }
    }

    private static (FactorModel Model, byte[] File) Made(string kind)
    {
        var model = Shops.Served(Shops.Learn(kind, Shops.Drawn(60, Items, 1)), Items);
        return (model, ModelFile.Write(model));
    }

    private static void Sign(byte[] file) => SHA256.HashData(file.AsSpan(0, file.Length - 32), file.AsSpan(file.Length - 32));
}
