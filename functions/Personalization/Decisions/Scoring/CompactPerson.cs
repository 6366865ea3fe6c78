using System.Runtime.InteropServices;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// A person's vector in bytes with sign, four to a number as the scan takes them. Values reach ±63, not ±127: two
/// products with a byte of up to 255 then fit 16 bits, 2 · 255 · 63 = 32,130, so no instruction ever saturates and
/// every processor gives the same sum. The person's scale is left out: it changes no order.
/// </summary>
internal readonly ref struct CompactPerson
{
    private const int Largest = 63;

    /// <param name="vector">Finite values.</param>
    /// <param name="room">As many numbers as <see cref="Room"/> says.</param>
    public CompactPerson(ReadOnlySpan<float> vector, Span<int> room)
    {
        var bytes = MemoryMarshal.AsBytes(room);
        var (largest, sum) = (CompactFactors.Largeness(vector), 0);
        for (var i = 0; i < vector.Length; i++)
        {
            var rounded = CompactFactors.Rounded(vector[i], largest, Largest);
            bytes[i] = (byte)(sbyte)rounded;
            sum += rounded;
        }
        Fours = room;
        Start = -CompactFactors.Offset * sum;
    }

    /// <summary>Four values each, the first in the lowest byte.</summary>
    public ReadOnlySpan<int> Fours { get; }

    /// <summary>Where sums start, to undo the offset of the items' bytes: Σ (b - 128) · p = Σ b · p - 128 · Σ p.</summary>
    public int Start { get; }

    public static int Room(int dimensions) => dimensions / CompactFactors.Together;
}
