using System.Runtime.InteropServices;

namespace Personalization.Profiles;

/// <summary>
/// A bounded list of keys, each with a weight and the time it belongs to, in the order they were added. Held and written as
/// three columns of fixed width: reading is three copies, and finding a key compares several at once.
/// </summary>
public sealed class WeightedKeys(int capacity)
{
    public const int EntryBytes = sizeof(ulong) + sizeof(float) + sizeof(uint);

    private readonly ulong[] keys = new ulong[capacity];
    private readonly float[] weights = new float[capacity];
    private readonly uint[] times = new uint[capacity];

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public ReadOnlySpan<ulong> Keys => keys.AsSpan(0, Count);

    public ReadOnlySpan<float> Weights => weights.AsSpan(0, Count);

    public ReadOnlySpan<uint> Times => times.AsSpan(0, Count);

    public int IndexOf(ulong key) => Keys.IndexOf(key);

    public void Clear() => Count = 0;

    /// <summary>Adds to a key's fading sum; a new key that finds no room takes the place of the weakest.</summary>
    public void Add(ulong key, float weight, uint at, float halfLife)
    {
        var i = IndexOf(key);
        if (i >= 0)
        {
            Decay.Add(ref weights[i], ref times[i], weight, at, halfLife);
            return;
        }

        if (IsFull)
        {
            // Whatever comes new is let in, or what someone is turning to never would be; what they turn away from needs no place.
            if (weight <= 0) return;
            RemoveAt(Weakest(at, halfLife));
        }

        Insert(Count, key, weight, at);
    }

    public void Insert(int index, ulong key, float weight, uint at)
    {
        var moved = Count - index;
        keys.AsSpan(index, moved).CopyTo(keys.AsSpan(index + 1));
        weights.AsSpan(index, moved).CopyTo(weights.AsSpan(index + 1));
        times.AsSpan(index, moved).CopyTo(times.AsSpan(index + 1));
        (keys[index], weights[index], times[index]) = (key, weight, at);
        Count++;
    }

    public void RemoveAt(int index)
    {
        keys.AsSpan(index + 1, Count - index - 1).CopyTo(keys.AsSpan(index));
        weights.AsSpan(index + 1, Count - index - 1).CopyTo(weights.AsSpan(index));
        times.AsSpan(index + 1, Count - index - 1).CopyTo(times.AsSpan(index));
        Count--;
    }

    public void Expire(uint now, uint expiry)
    {
        for (var i = Count - 1; i >= 0; i--)
            if (IsExpired(i, now, expiry)) RemoveAt(i);
    }

    public bool IsExpired(int index, uint now, uint expiry) => (ulong)times[index] + expiry <= now;

    /// <summary>A key's sum as of now; 0 for one that is unknown or expired.</summary>
    public float ValueAt(int index, uint now, float halfLife, uint expiry) =>
        IsExpired(index, now, expiry) ? 0 : Decay.At(weights[index], times[index], now, halfLife);

    public bool Read(ReadOnlySpan<byte> section)
    {
        var count = section.Length / EntryBytes;
        if (count * EntryBytes != section.Length || count > capacity) return false;
        Count = count;
        section[..(8 * count)].CopyTo(MemoryMarshal.AsBytes(keys.AsSpan()));
        section.Slice(8 * count, 4 * count).CopyTo(MemoryMarshal.AsBytes(weights.AsSpan()));
        section[(12 * count)..].CopyTo(MemoryMarshal.AsBytes(times.AsSpan()));
        return true;
    }

    public int Write(Span<byte> into)
    {
        MemoryMarshal.AsBytes(Keys).CopyTo(into);
        MemoryMarshal.AsBytes(Weights).CopyTo(into[(8 * Count)..]);
        MemoryMarshal.AsBytes(Times).CopyTo(into[(12 * Count)..]);
        return EntryBytes * Count;
    }

    private int Weakest(uint at, float halfLife)
    {
        var (weakest, least) = (0, float.MaxValue);
        for (var i = 0; i < Count; i++)
        {
            var value = Decay.At(weights[i], times[i], at, halfLife);
            if (value < least) (weakest, least) = (i, value);
        }

        return weakest;
    }
}
