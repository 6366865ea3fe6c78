using System.Runtime.CompilerServices;

namespace Personalization.Decisions.Candidates;

/// <summary>
/// A few hundred keys with what is to be remembered of each, filled for one decision and asked for each candidate: open
/// addressing, cleared without touching it. Keys are hashes already.
/// </summary>
public sealed class KeyTable<T> where T : struct
{
    private Slot[] slots = new Slot[256];
    private ulong[] keys = new ulong[128];
    private uint round = 1;

    public int Count { get; private set; }

    /// <summary>In the order they came in.</summary>
    public ReadOnlySpan<ulong> Keys => keys.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        if (++round != 0) return;
        Array.Clear(slots);
        round = 1;
    }

    /// <summary>What is remembered of a key, entered as the default where it is not there yet.</summary>
    public ref T At(ulong key)
    {
        ref var slot = ref Find(key);
        if (slot.Round == round) return ref slot.Value;
        if (2 * Count >= slots.Length)
        {
            // Only for what is new: where others are, somebody may be about to write.
            Grow();
            slot = ref Find(key);
        }

        slot = new() { Key = key, Round = round };
        keys[Count++] = key;
        return ref slot.Value;
    }

    /// <summary>False where it is not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ulong key, out T value)
    {
        ref readonly var slot = ref Find(key);
        value = slot.Value;
        return slot.Round == round;
    }

    /// <summary>The default where it is not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(ulong key)
    {
        if (Count == 0) return default;
        ref readonly var slot = ref Find(key);
        return slot.Round == round ? slot.Value : default;
    }

    // What an earlier round left is as good as nothing: nothing is ever removed within a round.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Slot Find(ulong key)
    {
        var all = slots;
        var mask = all.Length - 1;
        for (var i = (int)(key ^ (key >> 32)) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref all[i];
            if (slot.Round != round || slot.Key == key) return ref slot;
        }
    }

    private void Grow()
    {
        var (old, before) = (slots, round);
        (slots, round) = (new Slot[2 * old.Length], 1);
        Array.Resize(ref keys, old.Length);
        foreach (var slot in old)
            if (slot.Round == before) Find(slot.Key) = slot with { Round = 1 };
    }

    private record struct Slot
    {
        public ulong Key;
        public uint Round;
        public T Value;
    }
}
