using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Identity;

/// <summary>A person as everything past Identity knows them: 128 bits drawn by chance, which say nothing.</summary>
public readonly record struct Subject(UInt128 Key)
{
    public static Subject Random() => new(BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(16)));

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Key);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The stream partition of this person; all events of one person pass through one partition, in order.</summary>
    public int Partition(int partitions) => (int)(Key % (uint)partitions);
}
