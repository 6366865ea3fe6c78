using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Personalization.Identity;

namespace Personalization.Segments;

/// <summary>
/// How many people are segments of their own: exact within one process, however many ask at once; each process has its own
/// share. Whoever has a place keeps it until the window turns, or until another wants it after a while of silence.
/// </summary>
public sealed class SegmentBudget(TierOptions options)
{
    private readonly uint window = (uint)options.Window.TotalSeconds;
    private readonly uint silence = (uint)options.SingletonFor.TotalSeconds;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Place> places = [];
    private readonly Dictionary<ulong, int> taken = [];
    private uint current, sweepAt;

    /// <summary>People who have a place.</summary>
    public int Held { get { lock (gate) return places.Count; } }

    /// <param name="subject">Who.</param>
    /// <param name="campaign">The key of the campaign that asks; 0 for none.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="reserved">Places kept for campaigns.</param>
    public bool Admit(Subject subject, ulong campaign, uint now, Reservations reserved)
    {
        if (options.Singletons == 0) return true;
        lock (gate)
        {
            Turn(now);
            ref var place = ref CollectionsMarshal.GetValueRefOrNullRef(places, subject.Key);
            if (!Unsafe.IsNullRef(ref place))
            {
                place.Seen = Math.Max(place.Seen, now);
                return true;
            }

            if (PoolFor(campaign, now, reserved) is not { } pool)
            {
                if (now < sweepAt) return false;
                Sweep(now);
                if (PoolFor(campaign, now, reserved) is not { } freed) return false;
                pool = freed;
            }

            places.Add(subject.Key, new() { Seen = now, Pool = pool });
            CollectionsMarshal.GetValueRefOrAddDefault(taken, pool, out _)++;
            if (places.Count == 1) sweepAt = now + silence;
            return true;
        }
    }

    /// <summary>The campaign's own places first, then those open to all: what is not reserved. Null where there is none.</summary>
    private ulong? PoolFor(ulong campaign, uint now, Reservations reserved)
    {
        if (places.Count >= options.Singletons) return null;
        if (campaign != 0 && taken.GetValueOrDefault(campaign) < reserved.Of(campaign, now)) return campaign;
        return taken.GetValueOrDefault(0UL) < options.Singletons - reserved.All(now) ? 0 : null;
    }

    private void Turn(uint now)
    {
        var at = now / window;
        // A clock that is set back a little does not open a window that is over; one that was far ahead must not keep places for good.
        if (at <= current && current - at <= 1) return;
        current = at;
        places.Clear();
        taken.Clear();
        sweepAt = 0;
    }

    /// <summary>Takes the places of the silent, and says when the next can be silent: before that there is no use in looking.</summary>
    private void Sweep(uint now)
    {
        var earliest = uint.MaxValue;
        foreach (var (key, place) in places)
        {
            if ((ulong)place.Seen + silence > now)
            {
                earliest = Math.Min(earliest, place.Seen);
                continue;
            }

            places.Remove(key);
            taken[place.Pool]--;
        }

        sweepAt = earliest == uint.MaxValue ? now : earliest + silence;
    }

    private record struct Place
    {
        public uint Seen;
        public ulong Pool;
    }
}
