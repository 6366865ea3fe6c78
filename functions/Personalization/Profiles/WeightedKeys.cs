using System.Runtime.InteropServices;

namespace Personalization.Profiles;

/// <summary>
/// A bounded list of keys, each with a weight, the time it belongs to and where it comes from, in the order they were added.
/// Held and written as columns of fixed width: reading is a copy for each, and finding a key compares several at once.
/// </summary>
public sealed class WeightedKeys(int capacity)
{
    public const int EntryBytes = sizeof(ulong) + sizeof(float) + sizeof(uint) + Origin.Bytes;

    private readonly ulong[] keys = new ulong[capacity];
    private readonly float[] weights = new float[capacity];
    private readonly uint[] times = new uint[capacity];
    private readonly Origin[] origins = new Origin[capacity];

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public ReadOnlySpan<ulong> Keys => keys.AsSpan(0, Count);

    public ReadOnlySpan<float> Weights => weights.AsSpan(0, Count);

    public ReadOnlySpan<uint> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<Origin> Origins => origins.AsSpan(0, Count);

    public int IndexOf(ulong key) => Keys.IndexOf(key);

    public void Clear() => Count = 0;

    /// <summary>Adds to a key's fading sum; a new key that finds no room takes the place of the weakest.</summary>
    public void Add(ulong key, float weight, uint at, float halfLife, in Origin origin)
    {
        var i = IndexOf(key);
        if (i >= 0)
        {
            Decay.Add(ref weights[i], ref times[i], weight, at, halfLife);
            origins[i] = origin;
            return;
        }

        if (IsFull)
        {
            // Whatever comes new is let in, or what someone is turning to never would be; what they turn away from needs no place.
            if (weight <= 0) return;
            RemoveAt(Weakest(at, halfLife));
        }

        Insert(Count, key, weight, at, origin);
    }

    /// <summary>Adds the sums of another list, key by key. Of more than there is room for, the strongest at the newest time stay.</summary>
    public void Join(WeightedKeys other, float halfLife)
    {
        for (var j = 0; j < other.Count; j++)
        {
            var (weight, at, origin) = (other.weights[j], other.times[j], other.origins[j]);
            if (IndexOf(other.keys[j]) is >= 0 and var i)
            {
                var newer = at > times[i];
                Decay.Add(ref weights[i], ref times[i], weight, at, halfLife);
                if (newer) origins[i] = origin;
                continue;
            }

            if (IsFull)
            {
                var newest = at;
                for (var k = 0; k < Count; k++) newest = Math.Max(newest, times[k]);
                var weakest = Weakest(newest, halfLife);
                if (Decay.At(weight, at, newest, halfLife) <= Decay.At(weights[weakest], times[weakest], newest, halfLife)) continue;
                RemoveAt(weakest);
            }

            Insert(Count, other.keys[j], weight, at, origin);
        }
    }

    public void Insert(int index, ulong key, float weight, uint at, in Origin origin)
    {
        if (Count - index is > 0 and var moved)
        {
            keys.AsSpan(index, moved).CopyTo(keys.AsSpan(index + 1));
            weights.AsSpan(index, moved).CopyTo(weights.AsSpan(index + 1));
            times.AsSpan(index, moved).CopyTo(times.AsSpan(index + 1));
            origins.AsSpan(index, moved).CopyTo(origins.AsSpan(index + 1));
        }

        (keys[index], weights[index], times[index], origins[index]) = (key, weight, at, origin);
        Count++;
    }

    public void RemoveAt(int index)
    {
        if (Count - index - 1 is > 0 and var moved)
        {
            keys.AsSpan(index + 1, moved).CopyTo(keys.AsSpan(index));
            weights.AsSpan(index + 1, moved).CopyTo(weights.AsSpan(index));
            times.AsSpan(index + 1, moved).CopyTo(times.AsSpan(index));
            origins.AsSpan(index + 1, moved).CopyTo(origins.AsSpan(index));
        }

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

    /// <summary>Every key that is not expired, as of now.</summary>
    public IEnumerable<FeatureAttribute> Attributes(string name, KeyKind kind, uint now, float halfLife, uint expiry)
    {
        for (var i = 0; i < Count; i++)
            if (!IsExpired(i, now, expiry)) yield return new(name, kind, keys[i], Decay.At(weights[i], times[i], now, halfLife), times[i], origins[i]);
    }

    public bool Read(ReadOnlySpan<byte> section)
    {
        var count = section.Length / EntryBytes;
        if (count * EntryBytes != section.Length || count > capacity) return false;
        Count = count;
        section[..(8 * count)].CopyTo(MemoryMarshal.AsBytes(keys.AsSpan()));
        section.Slice(8 * count, 4 * count).CopyTo(MemoryMarshal.AsBytes(weights.AsSpan()));
        section.Slice(12 * count, 4 * count).CopyTo(MemoryMarshal.AsBytes(times.AsSpan()));
        section[(16 * count)..].CopyTo(MemoryMarshal.AsBytes(origins.AsSpan()));
        return true;
    }

    public int Write(Span<byte> into)
    {
        MemoryMarshal.AsBytes(Keys).CopyTo(into);
        MemoryMarshal.AsBytes(Weights).CopyTo(into[(8 * Count)..]);
        MemoryMarshal.AsBytes(Times).CopyTo(into[(12 * Count)..]);
        MemoryMarshal.AsBytes(Origins).CopyTo(into[(16 * Count)..]);
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
