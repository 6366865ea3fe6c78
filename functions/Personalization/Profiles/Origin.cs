using System.Buffers.Binary;

namespace Personalization.Profiles;

/// <summary>Where a value comes from: the event that changed it last, and the policy that event was taken under.</summary>
/// <param name="Source">The keyed hash of the event's name; 0 where it had none.</param>
/// <param name="Policy">The version of the consent policy; what was granted is in the event's own record of consent.</param>
public readonly record struct Origin(ulong Source, ushort Policy)
{
    public const int Bytes = sizeof(ulong) + sizeof(ushort);

    public static Origin Read(ReadOnlySpan<byte> from) => new(BinaryPrimitives.ReadUInt64LittleEndian(from), BinaryPrimitives.ReadUInt16LittleEndian(from[8..]));

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, Source);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], Policy);
    }
}
