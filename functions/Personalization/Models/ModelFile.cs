using System.Buffers.Binary;
using System.Security.Cryptography;
using Personalization.Decisions.Scoring;

namespace Personalization.Models;

/// <summary>
/// A model as it is stored. Little-endian: eight letters that name the format and its version; dimensions, items and neighbours
/// (int32); when it was trained (Unix ms, int64); the four numbers of <see cref="Folding"/>, the neighbours' share and their slope
/// (float32); a key for each item (uint64); the spectrum and then a vector for each item (float32); where each item's neighbours
/// begin and where all end, if there are any, and their places (int32) and strengths (float32); the SHA-256 of all before.
/// </summary>
public static class ModelFile
{
    private const int Head = 8 + (3 * sizeof(int)) + sizeof(long) + (6 * sizeof(float));

    /// <summary>What is stored is read into one array.</summary>
    private const long MaxBytes = 2_000_000_000;

    private static ReadOnlySpan<byte> Format => "PFMODEL2"u8;

    public static byte[] Write(FactorModel model)
    {
        var (dimensions, count, near) = (model.Spectrum.Length, model.Count, model.Near);
        var length = Length(dimensions, count, near.Count);
        if (length > MaxBytes) throw new ArgumentException("a model of more than two gigabytes is not stored", nameof(model));
        var file = new byte[length];
        Format.CopyTo(file);
        var at = Integers([dimensions, count, near.Count], file.AsSpan(8));
        BinaryPrimitives.WriteInt64LittleEndian(at, model.TrainedAt.ToUnixTimeMilliseconds());
        at = Floats([model.Folding.Background, model.Folding.Regularisation, model.Folding.Scaling, model.Folding.Slope, model.NearShare, near.Slope], at[sizeof(long)..]);
        foreach (var key in model.Keys)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at, key);
            at = at[sizeof(ulong)..];
        }

        at = Floats(model.Vectors.All, Floats(model.Spectrum, at));
        if (near.Count > 0) at = Floats(near.Strengths, Integers(near.Others, Integers(near.Starts, at)));
        SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes), at);
        return file;
    }

    /// <summary>Null for what is no whole model of this format, or one with values that cannot be.</summary>
    public static FactorModel? Read(string name, ReadOnlySpan<byte> file)
    {
        if (file.Length < Head + SHA256.HashSizeInBytes || !file.StartsWith(Format)) return null;
        var sizes = Integers(file[8..], 3);
        var (dimensions, count, neighbours) = (sizes[0], sizes[1], sizes[2]);
        if (dimensions is < 0 or > FactorShape.MaxDimensions || count <= 0 || neighbours < 0 || file.Length != Length(dimensions, count, neighbours)) return null;
        var said = file[^SHA256.HashSizeInBytes..];
        if (!SHA256.HashData(file[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(said)) return null;
        try
        {
            return Read(name, file, dimensions, count, neighbours);
        }
        catch (ArgumentException) { return null; }
    }

    private static FactorModel Read(string name, ReadOnlySpan<byte> file, int dimensions, int count, int neighbours)
    {
        var trained = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(file[20..]));
        var numbers = Floats(file[28..], 6);
        var keys = new ulong[count];
        for (var i = 0; i < count; i++) keys[i] = BinaryPrimitives.ReadUInt64LittleEndian(file[(Head + (i * sizeof(ulong)))..]);
        var rest = file[(Head + (count * sizeof(ulong)))..];
        var vectors = dimensions == 0 ? null : FactorModel.Of(
            name, trained, keys, Floats(rest[(dimensions * sizeof(float))..], count * dimensions), Floats(rest, dimensions), new(numbers[0], numbers[1], numbers[2], numbers[3]));
        if (neighbours == 0 && numbers[4] == 0) return vectors ?? throw new ArgumentException("nothing is in it", nameof(file));
        // Where nobody met two things no item says anything of another, and the shares still count.
        if (neighbours == 0) return FactorModel.Of(name, trained, keys, Neighbourhood.Of(new int[count + 1], [], [], numbers[5]), numbers[4], vectors);
        rest = rest[(((count + 1) * dimensions) * sizeof(float))..];
        var others = rest[((count + 1) * sizeof(int))..];
        var near = Neighbourhood.Of(Integers(rest, count + 1), Integers(others, neighbours), Floats(others[(neighbours * sizeof(int))..], neighbours), numbers[5]);
        return FactorModel.Of(name, trained, keys, near, numbers[4], vectors);
    }

    private static long Length(int dimensions, int count, int neighbours) =>
        Head + ((long)count * sizeof(ulong)) + (dimensions == 0 ? 0 : (count + 1L) * dimensions * sizeof(float))
        + (neighbours == 0 ? 0 : ((count + 1L) * sizeof(int)) + ((long)neighbours * (sizeof(int) + sizeof(float)))) + SHA256.HashSizeInBytes;

    private static Span<byte> Integers(ReadOnlySpan<int> values, Span<byte> into)
    {
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(into[(i * sizeof(int))..], values[i]);
        return into[(values.Length * sizeof(int))..];
    }

    private static int[] Integers(ReadOnlySpan<byte> from, int count)
    {
        var values = new int[count];
        for (var i = 0; i < count; i++) values[i] = BinaryPrimitives.ReadInt32LittleEndian(from[(i * sizeof(int))..]);
        return values;
    }

    private static Span<byte> Floats(ReadOnlySpan<float> values, Span<byte> into)
    {
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(into[(i * sizeof(float))..], values[i]);
        return into[(values.Length * sizeof(float))..];
    }

    private static float[] Floats(ReadOnlySpan<byte> from, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(from[(i * sizeof(float))..]);
        return values;
    }
}
