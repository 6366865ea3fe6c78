using System.Buffers.Binary;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>The feature "dwell": how long someone usually stays with an item, older stays counting less.</summary>
public sealed class Dwell : IFeature
{
    private const float HalfLife = 7 * 86_400;
    private const int Sums = 12;
    private const int Bytes = Sums + Origin.Bytes;

    /// <summary>A page left open over lunch is not ten minutes of interest.</summary>
    private const int MostMs = 600_000;

    public static readonly FeatureDefinition Declared = new(
        9, "dwell", "profiles", "How long someone usually stays with an item", TimeSpan.FromSeconds(2),
        Purposes.Personalization, Sensitivity.Pseudonymous, TimeSpan.FromDays(30), Bytes, FeaturePlace.Profile, EventType.Dwell);

    private float seconds, stays;
    private uint at;
    private Origin origin;

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (e.Event.Type != EventType.Dwell || e.Event.DwellMs <= 0) return;
        var before = at;
        Decay.Add(ref stays, ref at, 1, e.At, HalfLife);
        Decay.Add(ref seconds, ref before, Math.Min(e.Event.DwellMs, MostMs) / 1000f, e.At, HalfLife);
        origin = e.Origin;
    }

    public void Join(IFeature other)
    {
        var more = (Dwell)other;
        if (more.at == 0) return;
        if (more.at > at) origin = more.origin;
        var before = at;
        Decay.Add(ref stays, ref at, more.stays, more.at, HalfLife);
        Decay.Add(ref seconds, ref before, more.seconds, more.at, HalfLife);
    }

    public IEnumerable<FeatureAttribute> Attributes(uint now)
    {
        if (Mean(now) is { } value) yield return new("seconds per stay", KeyKind.None, 0, value, at, origin);
    }

    public void Expire(uint now)
    {
        if (IsExpired(now)) Clear();
    }

    public void Clear() => (seconds, stays, at, origin) = (0, 0, 0, default);

    public bool Read(ReadOnlySpan<byte> section)
    {
        Clear();
        if (section.IsEmpty) return true;
        if (section.Length != Bytes) return false;
        (seconds, stays) = (BinaryPrimitives.ReadSingleLittleEndian(section), BinaryPrimitives.ReadSingleLittleEndian(section[4..]));
        at = BinaryPrimitives.ReadUInt32LittleEndian(section[8..]);
        origin = Origin.Read(section[Sums..]);
        return true;
    }

    public int Write(Span<byte> into)
    {
        if (at == 0) return 0;
        BinaryPrimitives.WriteSingleLittleEndian(into, seconds);
        BinaryPrimitives.WriteSingleLittleEndian(into[4..], stays);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], at);
        origin.Write(into[Sums..]);
        return Bytes;
    }

    /// <summary>Seconds per stay; null where nothing is known.</summary>
    public float? Mean(uint now) => stays <= 0 || IsExpired(now) ? null : seconds / stays;

    private bool IsExpired(uint now) => (ulong)at + Declared.ExpirySeconds <= now;
}
