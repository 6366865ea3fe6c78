using System.Runtime.InteropServices;
using Personalization.Events;

namespace Personalization.Profiles;

/// <summary>A record as it arrived: from where, and how.</summary>
/// <param name="Partition">The stream partition as a number.</param>
/// <param name="Sequence">Its place there; negative where none can be trusted.</param>
/// <param name="Enqueued">When the stream took it, in Unix milliseconds.</param>
/// <param name="Replay">Whether it comes again on purpose, for who lost its effect.</param>
/// <param name="Letter">Whether it comes out of the dead letters.</param>
public readonly record struct Arrival(uint Partition, long Sequence, long Enqueued, bool Replay, bool Letter)
{
    /// <summary>Only an event's own name tells whether such a record was seen.</summary>
    public bool HasNoPlace => Letter || Sequence < 0;

    /// <summary>A partition's number, or a hash with the top bit set for one that is named otherwise.</summary>
    public static uint PartitionOf(string name) =>
        uint.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue ? number
        : (uint)new KeyedHash(0x70617274, 0x6974696f).Of(System.Text.Encoding.UTF8.GetBytes(name)) | 0x8000_0000;
}

/// <summary>How far a document got in a partition: the first and last sequence of the live stream in it, and the newest time.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct Mark(uint Partition, uint Reserved, long First, long Last, long Newest)
{
    /// <summary>Sequences begin anew in a hub that was made anew; then only the time tells.</summary>
    public readonly bool IsBefore(in Arrival a) => a.Sequence > Last || a.Enqueued > Newest;
}

/// <summary>How far replays of one kind of event got in a partition.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct ReplayMark(uint Partition, uint Type, long Last, long Newest)
{
    public readonly bool IsBefore(in Arrival a) => a.Sequence > Last || a.Enqueued > Newest;

    public readonly bool IsOf(uint partition, EventType type) => Partition == partition && Type == (uint)type;
}
