using System.Runtime.InteropServices;

namespace Personalization.Profiles;

/// <summary>Where a value comes from: the event that changed it last, and the policy that event was taken under. Ten bytes, as it is stored.</summary>
/// <param name="Source">The keyed hash of the event's name; 0 where it had none.</param>
/// <param name="Policy">The version of the consent policy.</param>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(ushort))]
public readonly record struct Origin(ulong Source, ushort Policy)
{
    public const int Bytes = sizeof(ulong) + sizeof(ushort);

    public static Origin Read(ReadOnlySpan<byte> from) => MemoryMarshal.Read<Origin>(from);

    public void Write(Span<byte> into) => MemoryMarshal.Write(into, this);
}
