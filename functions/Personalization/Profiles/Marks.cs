using System.Runtime.InteropServices;
using Personalization.Events;
using Personalization.Events.Streaming;

namespace Personalization.Profiles;

/// <summary>
/// Which records a document has the effect of. Live records: those up to the last one of their partition. Replayed ones:
/// those before the first live one, up to the last replayed one of their kind. So each record counts once, whichever of
/// live and replay comes first: what a replay took before there was a live mark is told from the replay's mark.
/// </summary>
public sealed class Marks
{
    public const int MaxLive = 8;
    public const int MaxReplays = 16;
    public const int MaxBytes = (MaxLive * LiveBytes) + (MaxReplays * ReplayBytes);

    private const int LiveBytes = 32;
    private const int ReplayBytes = 24;

    private readonly Mark[] live = new Mark[MaxLive];
    private readonly ReplayMark[] replays = new ReplayMark[MaxReplays];

    public int Live { get; private set; }

    public int Replays { get; private set; }

    public void Clear() => (Live, Replays) = (0, 0);

    /// <summary>Whether the record is new; if so, it is from now on not.</summary>
    public bool Take(in Arrival a, EventType type) => a.HasNoPlace || (a.Replay ? TakeReplayed(a, type) : TakeLive(a, type));

    public bool Read(ReadOnlySpan<byte> bytes, int liveCount, int replayCount)
    {
        if (liveCount > MaxLive || replayCount > MaxReplays || bytes.Length != Bytes(liveCount, replayCount)) return false;
        (Live, Replays) = (liveCount, replayCount);
        bytes[..(liveCount * LiveBytes)].CopyTo(MemoryMarshal.AsBytes(live.AsSpan()));
        bytes[(liveCount * LiveBytes)..].CopyTo(MemoryMarshal.AsBytes(replays.AsSpan()));
        return true;
    }

    public int Write(Span<byte> into)
    {
        MemoryMarshal.AsBytes(live.AsSpan(0, Live)).CopyTo(into);
        MemoryMarshal.AsBytes(replays.AsSpan(0, Replays)).CopyTo(into[(Live * LiveBytes)..]);
        return Bytes(Live, Replays);
    }

    public static int Bytes(int liveCount, int replayCount) => (liveCount * LiveBytes) + (replayCount * ReplayBytes);

    /// <summary>The last live sequence of a partition; null where there is none.</summary>
    public long? LastOf(uint partition) => Find(partition) is >= 0 and var i ? live[i].Last : null;

    private bool TakeLive(in Arrival a, EventType type)
    {
        var i = Find(a.Partition);
        if (i < 0) i = Add(new(a.Partition, 0, a.Sequence, a.Sequence, a.Enqueued));
        else
        {
            ref var mark = ref live[i];
            if (!mark.IsBefore(a)) return false;
            if (a.Sequence <= mark.Last) BeginAnew(ref mark, a);
            (mark.Last, mark.Newest) = (a.Sequence, Math.Max(mark.Newest, a.Enqueued));
        }

        return FindReplay(a.Partition, type) is var r && (r < 0 || replays[r].IsBefore(a));
    }

    private bool TakeReplayed(in Arrival a, EventType type)
    {
        if (Find(a.Partition) is >= 0 and var i && a.Sequence >= live[i].First) return false;
        var r = FindReplay(a.Partition, type);
        if (r < 0)
        {
            AddReplay(new(a.Partition, (uint)type, a.Sequence, a.Enqueued));
            return true;
        }

        ref var mark = ref replays[r];
        if (!mark.IsBefore(a)) return false;
        (mark.Last, mark.Newest) = (a.Sequence, Math.Max(mark.Newest, a.Enqueued));
        return true;
    }

    /// <summary>Another hub under the same name: what was replayed of the one before says nothing about this one.</summary>
    private void BeginAnew(ref Mark mark, in Arrival a)
    {
        mark.First = a.Sequence;
        for (var r = Replays - 1; r >= 0; r--)
            if (replays[r].Partition == a.Partition) RemoveReplay(r);
    }

    private int Find(uint partition)
    {
        for (var i = 0; i < Live; i++)
            if (live[i].Partition == partition) return i;
        return -1;
    }

    private int FindReplay(uint partition, EventType type)
    {
        for (var r = 0; r < Replays; r++)
            if (replays[r].IsOf(partition, type)) return r;
        return -1;
    }

    // Someone's partition changes only with the number of partitions: eight are more than a hub sees in a profile's life.
    private int Add(Mark mark)
    {
        if (Live == MaxLive)
        {
            var oldest = 0;
            for (var i = 1; i < Live; i++)
                if (live[i].Newest < live[oldest].Newest) oldest = i;
            live.AsSpan(oldest + 1, Live - oldest - 1).CopyTo(live.AsSpan(oldest));
            Live--;
        }

        live[Live] = mark;
        return Live++;
    }

    private void AddReplay(ReplayMark mark)
    {
        if (Replays == MaxReplays)
        {
            var oldest = 0;
            for (var r = 1; r < Replays; r++)
                if (replays[r].Newest < replays[oldest].Newest) oldest = r;
            RemoveReplay(oldest);
        }

        replays[Replays++] = mark;
    }

    private void RemoveReplay(int r)
    {
        replays.AsSpan(r + 1, Replays - r - 1).CopyTo(replays.AsSpan(r));
        Replays--;
    }
}
