using Personalization.Decisions.Candidates;
using Personalization.Decisions.Scoring;
using Personalization.Rules;

namespace Personalization.Decisions.Arranging;

/// <summary>
/// Chooses what goes where: a function of the pool, the slots, the rules and a seed, and of nothing else, so that a logged
/// decision can be made again and comes out the same to the bit. Reused by one decision after the other.
/// </summary>
/// <remarks>
/// Slots are filled in their order, and no item twice. Within a slot: what a rule excludes is out, pins take their places,
/// and the others come by score plus boosts; what is buried comes after all that is not. Equals stay in the order of the pool.
/// </remarks>
public sealed class Arranger
{
    private readonly List<Placement> placed = [];
    private float[] scores = new float[256];
    private ulong[] order = new ulong[256];
    private bool[] taken = new bool[256];
    private int[] pins = new int[256];
    private ushort[] groups = new ushort[256];
    private int left;

    public IReadOnlyList<Placement> Placed => placed;

    public void Arrange(Pool pool, ReadOnlySpan<Slot> slots, ReadOnlySpan<Effect> rules, bool buying, Exploration explore, ulong seed)
    {
        placed.Clear();
        Room(pool.Count);
        taken.AsSpan(0, pool.Count).Clear();
        for (var s = 0; s < slots.Length; s++)
        {
            Score(pool, slots[s], rules, buying);
            var chance = new Chance(seed, s);
            Fill(pool, slots[s], s, rules, explore, ref chance);
        }
    }

    /// <summary>Every score of the last slot that was arranged, by candidate.</summary>
    public ReadOnlySpan<float> Scores => scores;

    private void Room(int count)
    {
        if (scores.Length >= count) return;
        var room = Math.Max(count, 2 * scores.Length);
        (scores, order, taken, pins, groups) = (new float[room], new ulong[room], new bool[room], new int[room], new ushort[room]);
    }

    private void Score(Pool pool, in Slot slot, ReadOnlySpan<Effect> rules, bool buying)
    {
        Weigh(pool, slot.Ranker.Weights(buying));
        left = 0;
        var filters = Filters(slot, rules);
        for (var i = 0; i < pool.Count; i++)
        {
            if (taken[i] || (slot.Group != Pool.NoGroup && pool.Groups[i] != slot.Group) || !Fits(pool, i, slot)) continue;
            var speaking = pool.Rules[i] & slot.Rules;
            if ((speaking & filters) != filters) continue;
            var buried = false;
            if (speaking != 0 && !Ruled(i, speaking, rules, ref buried)) continue;
            order[left++] = SortKey(buried, scores[i], i);
        }

        order.AsSpan(0, left).Sort();
    }

    private void Weigh(Pool pool, ReadOnlySpan<float> weights)
    {
        // What is zero for everybody is not added up.
        Span<float> filled = stackalloc float[Columns.Count];
        for (var c = 0; c < filled.Length; c++) filled[c] = (pool.Filled & (1u << c)) != 0 ? weights[c] : 0;
        ColumnScores.Score(pool.Values, pool.Room, filled, scores.AsSpan(0, pool.Count));
    }

    private static ulong Filters(in Slot slot, ReadOnlySpan<Effect> rules)
    {
        var filters = 0UL;
        for (var r = 0; r < rules.Length; r++)
            if (rules[r].Kind == RuleKind.Filter) filters |= 1UL << r;
        return filters & slot.Rules;
    }

    private static bool Fits(Pool pool, int i, in Slot slot)
    {
        if (slot.Needs == 0 && slot.Refuses == 0) return true;
        var needed = slot.Needs == 0;
        for (var bits = (slot.Needs | slot.Refuses) & pool.Filled; bits != 0; bits &= bits - 1)
        {
            var column = System.Numerics.BitOperations.TrailingZeroCount(bits);
            if (pool.Value((Column)column, i) == 0) continue;
            if ((slot.Refuses & (1u << column)) != 0) return false;
            needed = true;
        }

        return needed;
    }

    /// <summary>Adds what rules add to a score; false where one excludes.</summary>
    private bool Ruled(int i, ulong speaking, ReadOnlySpan<Effect> rules, ref bool buried)
    {
        for (; speaking != 0; speaking &= speaking - 1)
        {
            var rule = rules[System.Numerics.BitOperations.TrailingZeroCount(speaking)];
            if (rule.Kind == RuleKind.Exclude) return false;
            if (rule.Kind is RuleKind.Boost or RuleKind.Promote) scores[i] += rule.By;
            buried |= rule.Kind == RuleKind.Bury;
        }

        return true;
    }

    // Sorts rising: what is buried last, the higher score first, then the lower number. A float's bits, turned so that they
    // sort as it does.
    private static ulong SortKey(bool buried, float score, int i)
    {
        var bits = BitConverter.SingleToInt32Bits(score + 0f);
        var rising = (uint)(bits ^ ((bits >> 31) | int.MinValue));
        return ((buried ? 1UL : 0) << 63) | ((ulong)~rising << 31) | (uint)i;
    }

    private void Fill(Pool pool, in Slot slot, int number, ReadOnlySpan<Effect> rules, Exploration explore, ref Chance chance)
    {
        var places = Math.Min(slot.Count, left);
        var pinned = pins.AsSpan(0, places);
        pinned.Fill(-1);
        Pin(pool, slot, rules, pinned);
        var room = new GroupRoom(groups, Most(slot, rules));
        foreach (var pin in pinned)
            if (pin >= 0) room.Take(pool.Groups[pin]);
        var next = 0;
        for (var p = 0; p < places; p++)
        {
            if (pinned[p] >= 0)
            {
                placed.Add(new(pinned[p], number, PlacedBy.Pin, scores[pinned[p]], 1));
                continue;
            }

            next = Next(pool, next, room);
            if (next == left && room.IsLimited)
            {
                // A category that is full stays full: from here on it is the best that is left, and no choice.
                room = new(groups, 0);
                explore = explore with { Among = 1 };
                next = Next(pool, 0, room);
            }

            if (Choose(pool, next, room, explore, ref chance) is not { } choice) continue;
            taken[choice.Candidate] = true;
            room.Take(pool.Groups[choice.Candidate]);
            placed.Add(choice with { Slot = number });
        }
    }

    private int Next(Pool pool, int from, in GroupRoom room)
    {
        while (from < left && (taken[Candidate(from)] || !room.Has(pool.Groups[Candidate(from)]))) from++;
        return from;
    }

    private int Candidate(int place) => (int)(order[place] & int.MaxValue);

    /// <summary>Puts pinned items in their places, or the next free ones after it; the first rule first.</summary>
    private void Pin(Pool pool, in Slot slot, ReadOnlySpan<Effect> rules, Span<int> pinned)
    {
        for (var r = 0; r < rules.Length; r++)
        {
            if (rules[r].Kind != RuleKind.Pin || (slot.Rules & (1UL << r)) == 0) continue;
            for (var place = 0; place < left; place++)
            {
                var i = Candidate(place);
                if (taken[i] || (pool.Rules[i] & (1UL << r)) == 0) continue;
                var at = Math.Max(0, rules[r].Position - 1);
                while (at < pinned.Length && pinned[at] >= 0) at++;
                if (at >= pinned.Length) break;
                pinned[at] = i;
                taken[i] = true;
            }
        }
    }

    private static int Most(in Slot slot, ReadOnlySpan<Effect> rules)
    {
        var most = slot.Most;
        for (var r = 0; r < rules.Length; r++)
            if (rules[r].Kind == RuleKind.Diversify && (slot.Rules & (1UL << r)) != 0) most = most == 0 ? rules[r].Most : Math.Min(most, rules[r].Most);
        return most;
    }

    /// <summary>
    /// The best that is left and whose category has room. With exploration any of the first few that fit: the best with
    /// 1 − s + s/n, each other with s/n, which adds up to 1.
    /// </summary>
    private Placement? Choose(Pool pool, int from, in GroupRoom room, Exploration explore, ref Chance chance)
    {
        Span<int> fitting = stackalloc int[Math.Clamp(explore.Share > 0 ? explore.Among : 1, 1, 64)];
        var found = 0;
        for (var p = from; p < left && found < fitting.Length; p++)
            if (!taken[Candidate(p)] && room.Has(pool.Groups[Candidate(p)])) fitting[found++] = Candidate(p);
        if (found == 0) return null;
        var (share, pick) = (explore.Share / found, 0);
        if (explore.Share > 0 && chance.Next() < explore.Share) pick = (int)(chance.Next() * found);
        return new(fitting[pick], 0, pick == 0 ? PlacedBy.Score : PlacedBy.Exploration, scores[fitting[pick]], pick == 0 ? 1 - explore.Share + share : share);
    }

    /// <summary>How many of each category a slot has by now.</summary>
    private ref struct GroupRoom(Span<ushort> groups, int most)
    {
        private readonly Span<ushort> chosen = groups;
        private int count;

        public readonly bool IsLimited => most > 0;

        public void Take(ushort group)
        {
            if (most > 0) chosen[count++] = group;
        }

        public readonly bool Has(ushort group) => most == 0 || group == Pool.NoGroup || chosen[..count].Count(group) < most;
    }

    /// <summary>Chance that is the same for the same seed: SplitMix64.</summary>
    private struct Chance(ulong seed, int slot)
    {
        private ulong state = seed ^ ((ulong)slot * 0xD1B54A32D192ED03);

        /// <summary>From 0 to less than 1.</summary>
        public float Next()
        {
            state += 0x9E3779B97F4A7C15;
            var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 40) * (1f / (1 << 24));
        }
    }
}
