using Personalization.Consent;

namespace Personalization.Messages.Deciding;

/// <summary>
/// A decision about messages as the decision log keeps it. No identifier and nothing anybody typed: slots and campaigns are names
/// that staff gave.
/// </summary>
/// <remarks>
/// Version; flags (1 degraded, 2 held out); channel; purposes used, purposes withheld; time in Unix milliseconds; version of the
/// campaigns; count of slots, each: name, campaign (empty: none) and, where there is one, score and whether it was reserved; count
/// of suppressed, each: campaign, reason, detail. Little-endian; names are two bytes of length and UTF-8.
/// </remarks>
public sealed record MessageRecord(
    DateTimeOffset At, MessageChannel Channel, bool Degraded, bool HeldOut, Purposes Used, Purposes Withheld, int Version,
    IReadOnlyList<RecordedSlot> Slots, IReadOnlyList<RecordedLoss> Lost)
{
    /// <summary>"Messages, first form": tells it from the records of other engines.</summary>
    public const byte Form = 129;

    public byte[] Write()
    {
        var into = new RecordBytes();
        into.Byte(Form);
        into.Byte((byte)((Degraded ? 1 : 0) | (HeldOut ? 2 : 0)));
        into.Byte((byte)Channel);
        into.Byte((byte)Used);
        into.Byte((byte)Withheld);
        into.Long(At.ToUnixTimeMilliseconds());
        into.Int(Version);
        into.Byte((byte)Slots.Count);
        foreach (var slot in Slots)
        {
            into.Name(slot.Name);
            into.Name(slot.Campaign);
            if (slot.Campaign is null) continue;
            into.Long(BitConverter.DoubleToInt64Bits(slot.Score));
            into.Byte(slot.Reserved ? (byte)1 : (byte)0);
        }

        into.Byte((byte)Lost.Count);
        foreach (var lost in Lost)
        {
            into.Name(lost.Campaign);
            into.Byte((byte)lost.By);
            into.Name(lost.Detail);
        }

        return into.ToArray();
    }

    /// <summary>Null for bytes that are none.</summary>
    public static MessageRecord? Read(ReadOnlySpan<byte> record)
    {
        var from = new RecordSource(record);
        if (from.Byte() != Form) return null;
        var (flags, channel, used, withheld, at, version) = (from.Byte(), (MessageChannel)from.Byte(), (Purposes)from.Byte(), (Purposes)from.Byte(), from.Long(), from.Int());
        var slots = new List<RecordedSlot>();
        for (var n = from.Byte(); n > 0 && !from.Broken; n--)
        {
            var (name, campaign) = (from.Name() ?? "", from.Name());
            slots.Add(campaign is null ? new(name, null, 0, false) : new(name, campaign, BitConverter.Int64BitsToDouble(from.Long()), from.Byte() == 1));
        }

        var lost = new List<RecordedLoss>();
        for (var n = from.Byte(); n > 0 && !from.Broken; n--) lost.Add(new(from.Name() ?? "", (SuppressedBy)from.Byte(), from.Name()));
        if (from.Broken || !from.AtEnd || !Enum.IsDefined(channel) || lost.Exists(l => !Enum.IsDefined(l.By)) || at is < 0 or > MaxTime) return null;
        return new(DateTimeOffset.FromUnixTimeMilliseconds(at), channel, (flags & 1) != 0, (flags & 2) != 0, used, withheld, version, slots, lost);
    }

    // The last millisecond of calendars.
    private const long MaxTime = 253402300799999;
}

/// <param name="Name">Which slot.</param>
/// <param name="Campaign">What was said; null where nothing was.</param>
/// <param name="Score">What it was worth.</param>
/// <param name="Reserved">Whether it counts under a cap.</param>
public sealed record RecordedSlot(string Name, string? Campaign, double Score, bool Reserved);

/// <param name="Campaign">What was not said.</param>
/// <param name="By">Why.</param>
/// <param name="Detail">Which cap or purpose.</param>
public sealed record RecordedLoss(string Campaign, SuppressedBy By, string? Detail);
