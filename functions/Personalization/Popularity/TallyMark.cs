using System.Buffers.Binary;
using Personalization.Profiles;

namespace Personalization.Popularity;

/// <summary>How far a hub partition is counted, and the number of its last tally.</summary>
/// <param name="Ordinal">Of the last tally that counts; one with a higher number is only half-way there.</param>
/// <param name="Last">Sequence of the last record counted.</param>
/// <param name="Newest">When the newest one was enqueued, in Unix milliseconds.</param>
public readonly record struct TallyMark(long Ordinal, long Last, long Newest)
{
    private const int Bytes = 24;

    /// <summary>
    /// Before the first tally. Ordinals begin at the time: should the mark be lost, the shards that remember its last one
    /// must not take the next for an old one.
    /// </summary>
    public static TallyMark None(DateTimeOffset now) => new(now.ToUnixTimeMilliseconds(), -1, long.MinValue);

    public bool IsBefore(in Arrival a) => a.Sequence > Last || a.Enqueued > Newest;

    public TallyMark With(in Arrival a) => this with { Last = a.Sequence, Newest = Math.Max(Newest, a.Enqueued) };

    public static TallyMark? Read(ReadOnlySpan<byte> body) => body.Length != Bytes ? null : new(
        BinaryPrimitives.ReadInt64LittleEndian(body), BinaryPrimitives.ReadInt64LittleEndian(body[8..]), BinaryPrimitives.ReadInt64LittleEndian(body[16..]));

    public byte[] Write()
    {
        var body = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(body, Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(8), Last);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(16), Newest);
        return body;
    }
}
