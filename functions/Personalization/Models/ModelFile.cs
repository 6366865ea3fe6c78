using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Personalization.Decisions.Scoring;

namespace Personalization.Models;

/// <summary>
/// A model as it is stored. Little-endian: eight letters that name the format and its version, dimensions and items (int32),
/// when it was trained (Unix ms, int64), the four numbers of <see cref="Folding"/> (float32), a key for each item (uint64),
/// the spectrum and then a vector for each item (float32), and the SHA-256 of all before.
/// </summary>
public static class ModelFile
{
    private const int Head = 8 + (2 * sizeof(int)) + sizeof(long) + (4 * sizeof(float));

    /// <summary>What is stored is read into one array.</summary>
    private const long MaxBytes = 2_000_000_000;

    private static ReadOnlySpan<byte> Format => "PFMODEL1"u8;

    public static byte[] Write(FactorModel model)
    {
        var (dimensions, count) = (model.Spectrum.Length, model.Count);
        var length = Length(dimensions, count);
        if (length > MaxBytes) throw new ArgumentException("a model of more than two gigabytes is not stored", nameof(model));
        var file = new byte[length];
        Format.CopyTo(file);
        var at = file.AsSpan(8);
        BinaryPrimitives.WriteInt32LittleEndian(at, dimensions);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], count);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], model.TrainedAt.ToUnixTimeMilliseconds());
        Floats([model.Folding.Background, model.Folding.Regularisation, model.Folding.Scaling, model.Folding.Slope], at[16..]);
        at = file.AsSpan(Head);
        foreach (var key in model.Keys)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at, key);
            at = at[sizeof(ulong)..];
        }

        at = Floats(model.Spectrum, at);
        for (var place = 0; place < count; place++) at = Floats(model.Vectors.Row(place), at);
        SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes), at);
        return file;
    }

    /// <summary>Null for what is no whole model of this format, or one with values that cannot be.</summary>
    public static FactorModel? Read(string name, ReadOnlySpan<byte> file)
    {
        if (file.Length < Head + SHA256.HashSizeInBytes || !file.StartsWith(Format)) return null;
        var (dimensions, count) = (BinaryPrimitives.ReadInt32LittleEndian(file[8..]), BinaryPrimitives.ReadInt32LittleEndian(file[12..]));
        if (dimensions is <= 0 or > FactorShape.MaxDimensions || count <= 0 || file.Length != Length(dimensions, count)) return null;
        var said = file[^SHA256.HashSizeInBytes..];
        if (!SHA256.HashData(file[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(said)) return null;
        var trained = BinaryPrimitives.ReadInt64LittleEndian(file[16..]);
        var folding = Floats(file[24..], 4);
        var keys = new ulong[count];
        for (var i = 0; i < count; i++) keys[i] = BinaryPrimitives.ReadUInt64LittleEndian(file[(Head + (i * sizeof(ulong)))..]);
        var rest = file[(Head + (count * sizeof(ulong)))..];
        try
        {
            return FactorModel.Of(
                name, DateTimeOffset.FromUnixTimeMilliseconds(trained), keys, Floats(rest[(dimensions * sizeof(float))..], count * dimensions), Floats(rest, dimensions),
                new(folding[0], folding[1], folding[2], folding[3]));
        }
        catch (ArgumentException) { return null; }
    }

    private static long Length(int dimensions, int count) =>
        Head + ((long)count * sizeof(ulong)) + ((count + 1L) * dimensions * sizeof(float)) + SHA256.HashSizeInBytes;

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
