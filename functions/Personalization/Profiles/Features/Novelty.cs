using System.Buffers.Binary;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>
/// The feature "novelty": which part of what someone looks at they had not met lately. Must stand before the recent items
/// in a profile, which it asks whether an item is new.
/// </summary>
public sealed class Novelty(RecentItems recent) : IFeature
{
    private const float HalfLife = 14 * 86_400;
    private const int Sums = 12;
    private const int Bytes = Sums + Origin.Bytes;

    public static readonly FeatureDefinition Declared = new(
        8, "novelty", "profiles", "How often someone looks at something new to them", TimeSpan.FromSeconds(2),
        Purposes.Personalization, Sensitivity.Pseudonymous, TimeSpan.FromDays(30), Bytes, FeaturePlace.Profile,
        EventType.View, EventType.Click);

    private float fresh, met;
    private uint at;
    private Origin origin;

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (e.Event.Type is not (EventType.View or EventType.Click)) return;
        foreach (var key in e.Keys)
        {
            var before = at;
            Decay.Add(ref met, ref at, 1, e.At, HalfLife);
            Decay.Add(ref fresh, ref before, recent.Contains(new(key), e.At) ? 0 : 1, e.At, HalfLife);
            origin = e.Origin;
        }
    }

    public void Join(IFeature other)
    {
        var more = (Novelty)other;
        if (more.at == 0) return;
        if (more.at > at) origin = more.origin;
        var before = at;
        Decay.Add(ref met, ref at, more.met, more.at, HalfLife);
        Decay.Add(ref fresh, ref before, more.fresh, more.at, HalfLife);
    }

    public IEnumerable<FeatureAttribute> Attributes(uint now)
    {
        if (Share(now) is { } value) yield return new("share of new", KeyKind.None, 0, value, at, origin);
    }

    public void Expire(uint now)
    {
        if (IsExpired(now)) Clear();
    }

    public void Clear() => (fresh, met, at, origin) = (0, 0, 0, default);

    public bool Read(ReadOnlySpan<byte> section)
    {
        Clear();
        if (section.IsEmpty) return true;
        if (section.Length != Bytes) return false;
        (fresh, met) = (BinaryPrimitives.ReadSingleLittleEndian(section), BinaryPrimitives.ReadSingleLittleEndian(section[4..]));
        at = BinaryPrimitives.ReadUInt32LittleEndian(section[8..]);
        origin = Origin.Read(section[Sums..]);
        return true;
    }

    public int Write(Span<byte> into)
    {
        if (at == 0) return 0;
        BinaryPrimitives.WriteSingleLittleEndian(into, fresh);
        BinaryPrimitives.WriteSingleLittleEndian(into[4..], met);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], at);
        origin.Write(into[Sums..]);
        return Bytes;
    }

    /// <summary>From 0, always the same, to 1, always something new; null where nothing is known.</summary>
    public float? Share(uint now) => met <= 0 || IsExpired(now) ? null : fresh / met;

    private bool IsExpired(uint now) => (ulong)at + Declared.ExpirySeconds <= now;
}
