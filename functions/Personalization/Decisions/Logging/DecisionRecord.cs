using System.Buffers.Binary;
using System.Numerics;
using Personalization.Decisions.Answering;
using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Logging;

/// <summary>
/// What is kept of a decision: everything it was made of, so that it can be made again to the bit, and what came of it. No
/// identifier and no text somebody typed; items are keys, and what was known of each is the few numbers that were not zero.
/// </summary>
/// <remarks>
/// 0 version; engine, tier, why that tier, fallback, flags (1 degraded, 2 held out, 4 about to buy), purposes used, purposes withheld; time in
/// Unix milliseconds, seed, region, device, channel, time of the profile, time of the ranking; exploration; names of versions
/// and layout; segments; arms; active rules with what they do; slots, where their ranker was learned with how many columns there are and both weights of each; candidates: key, category, rules (where any are active), a bit for
/// each column that is not zero and its value, two bytes for those that are rounded; places: candidate, slot, how, score, propensity.
/// </remarks>
internal static class DecisionRecord
{
    public const byte Version = 1;

    public static void Write(Decision d)
    {
        d.Record.Clear();
        var to = new RecordWriter(d.Record);
        Head(d, to);
        to.Byte((byte)d.RuleCount);
        for (var r = 0; r < d.RuleCount; r++) Rule(d, r, to);
        to.Byte((byte)d.SlotCount);
        foreach (ref readonly var slot in d.Slots) Slot(slot, to);
        to.Short((ushort)d.Pool.Count);
        for (var i = 0; i < d.Pool.Count; i++) Candidate(d, i, to);
        to.Short((ushort)d.Placed.Count);
        for (var p = 0; p < d.Placed.Count; p++) Place(d.Placed[p], to);
    }

    private static void Head(Decision d, in RecordWriter to)
    {
        to.Byte(Version);
        to.Byte((byte)d.Engine);
        to.Byte((byte)d.Tier);
        to.Byte((byte)d.Why);
        to.Byte((byte)d.Fallback);
        to.Byte((byte)((d.Degraded ? 1 : 0) | (d.HeldOut ? 2 : 0) | (d.Buying ? 4 : 0)));
        to.Byte((byte)d.Person.Used);
        to.Byte((byte)d.Person.Withheld);
        to.Long((ulong)d.At.ToUnixTimeMilliseconds());
        to.Long(d.Id.Nonce);
        to.Long(d.Ask.Region.Code);
        to.Long(d.Ask.Device);
        to.Long(d.Ask.Channel);
        to.Long((ulong)(d.Person.Profile?.UpdatedAt ?? 0));
        to.Long((ulong)d.Shelf.Popular.At.ToUnixTimeMilliseconds());
        to.Float(d.Explore.Share);
        to.Byte((byte)d.Explore.Among);
        to.Name(DecisionVersions.FeatureSet);
        to.Name(d.Versions.Model);
        to.Name(d.Versions.Rules);
        to.Name(d.Versions.Experiments);
        to.Name(d.Layout);
        to.Byte((byte)d.Segments.Count);
        foreach (var segment in d.Segments) to.Long(segment);
        to.Byte((byte)d.Arms.Count);
        for (var a = 0; a < d.Arms.Count; a++)
        {
            to.Name(d.Arms[a].Experiment);
            to.Byte((byte)d.Arms[a].Variant);
        }
    }

    private static void Rule(Decision d, int r, in RecordWriter to)
    {
        var effect = d.Effects[r];
        to.Short(d.Active[r]);
        to.Byte((byte)effect.Kind);
        to.Float(effect.By);
        to.Byte((byte)effect.Position);
        to.Byte((byte)effect.Most);
    }

    private static void Slot(in Arranging.Slot slot, in RecordWriter to)
    {
        to.Name(slot.Name);
        to.Short((ushort)slot.Count);
        to.Name(slot.Ranker.Name);
        if (slot.Ranker.IsLearned) Weights(slot.Ranker, to);
        to.Short(slot.Group);
        to.Short((ushort)slot.Most);
        to.Int(slot.Needs);
        to.Int(slot.Refuses);
        to.Long(slot.Rules);
    }

    private static void Weights(Arranging.Ranker learned, in RecordWriter to)
    {
        to.Byte(Columns.Count);
        for (var c = 0; c < Columns.Count; c++)
        {
            to.Float(learned.Weights(false)[c]);
            to.Float(learned.Weights(true)[c]);
        }
    }

    private static void Candidate(Decision d, int i, in RecordWriter to)
    {
        to.Long(d.Pool.Keys[i]);
        to.Short(d.Pool.Groups[i]);
        if (d.RuleCount > 0) to.Long(d.Pool.Rules[i]);
        var (there, length) = (0u, sizeof(uint));
        var into = to.Room(sizeof(uint) * (1 + Columns.Count));
        for (var bits = d.Pool.Filled; bits != 0; bits &= bits - 1)
        {
            var column = BitOperations.TrailingZeroCount(bits);
            var value = BitConverter.SingleToUInt32Bits(d.Pool.Value((Column)column, i));
            // Both zeros are none.
            if (value << 1 == 0) continue;
            there |= 1u << column;
            if ((Columns.Exact & (1u << column)) != 0) BinaryPrimitives.WriteUInt32LittleEndian(into[length..], value);
            else BinaryPrimitives.WriteUInt16LittleEndian(into[length..], (ushort)(value >> 16));
            length += (Columns.Exact & (1u << column)) != 0 ? sizeof(uint) : sizeof(ushort);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(into, there);
        to.Took(length);
    }

    private static void Place(in Arranging.Placement placed, in RecordWriter to)
    {
        to.Short((ushort)placed.Candidate);
        to.Byte((byte)placed.Slot);
        to.Byte((byte)placed.By);
        to.Float(placed.Score);
        to.Float(placed.Propensity);
    }
}
