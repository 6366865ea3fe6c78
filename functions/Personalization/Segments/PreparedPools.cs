using System.Collections.Concurrent;
using Personalization.Decisions.Candidates;

namespace Personalization.Segments;

/// <summary>Pools that were prepared, by what was asked for whom. Readers never lock; of more than may be kept the one that was not used for longest goes.</summary>
public sealed class PreparedPools(int most, TimeProvider time)
{
    private readonly ConcurrentDictionary<PreparedKey, Prepared> pools = new();
    private readonly Lock gate = new();

    public int Count => pools.Count;

    /// <summary>Null where there is none, or none of this shelf, or none that is new enough.</summary>
    public Prepared? Find(in PreparedKey key, Shelf shelf, long now)
    {
        if (!pools.TryGetValue(key, out var found) || now >= found.Until || !found.Shelf.OrdersAs(shelf)) return null;
        found.Used = now / time.TimestampFrequency;
        return found;
    }

    public void Keep(in PreparedKey key, Prepared made, long now)
    {
        made.Used = now / time.TimestampFrequency;
        lock (gate)
        {
            pools[key] = made;
            // What nobody asks for again would hold a whole catalogue of long ago.
            foreach (var (known, pool) in pools)
                if (now >= pool.Until || !pool.Shelf.OrdersAs(made.Shelf)) pools.TryRemove(known, out _);
            while (pools.Count > most) Drop();
        }
    }

    private void Drop()
    {
        var (oldest, used) = (default(PreparedKey), long.MaxValue);
        foreach (var (key, pool) in pools)
            if (pool.Used < used) (oldest, used) = (key, pool.Used);
        pools.TryRemove(oldest, out _);
    }
}
