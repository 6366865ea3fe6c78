namespace Personalization.Profiles;

/// <summary>
/// What stands in the place of the profile of somebody who was erased, and says nothing but that. It turns away what was
/// still on its way to them, and goes by itself when nothing of that kind can be left.
/// </summary>
public static class Tombstone
{
    private static readonly byte[] Mark = [.. "erased/1"u8];

    public static ReadOnlyMemory<byte> Body => Mark;

    public static bool Is(ReadOnlySpan<byte> body) => body.SequenceEqual(Mark);
}
