using System.Buffers.Binary;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>
/// The feature "purchases": how lately, how often and for how much someone bought, and what. Frequency and value fade by
/// half every 30 days.
/// </summary>
public sealed class Purchases : IFeature
{
    public const int Kept = 16;

    private const float HalfLife = 30 * 86_400;
    private const int Fixed = 12;
    private const int Head = Fixed + Origin.Bytes;

    /// <summary>Values come from outside; a sum must stay a number.</summary>
    private const float MostValue = 1e9f;

    public static readonly FeatureDefinition Declared = new(
        22, "purchases", "profiles", "How lately, how often and for how much someone bought, and what", TimeSpan.FromSeconds(2),
        Purposes.Personalization | Purposes.Sensitive, Sensitivity.Sensitive, TimeSpan.FromDays(30), Head + (Kept * WeightedKeys.EntryBytes), FeaturePlace.Vault,
        EventType.Purchase);

    private readonly WeightedKeys items = new(Kept);
    private float frequency, value;
    private uint last;
    private Origin origin;

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (e.Event.Type != EventType.Purchase) return;
        var before = last;
        Decay.Add(ref frequency, ref last, 1, e.At, HalfLife);
        Decay.Add(ref value, ref before, Math.Clamp(e.Event.Value, 0, MostValue), e.At, HalfLife);
        foreach (var key in e.Keys) items.Add(key, 1, e.At, HalfLife, e.Origin);
        origin = e.Origin;
    }

    public void Join(IFeature other)
    {
        var more = (Purchases)other;
        if (more.last == 0) return;
        if (more.last > last) origin = more.origin;
        var before = last;
        Decay.Add(ref frequency, ref last, more.frequency, more.last, HalfLife);
        Decay.Add(ref value, ref before, more.value, more.last, HalfLife);
        items.Join(more.items, HalfLife);
    }

    public IEnumerable<FeatureAttribute> Attributes(uint now)
    {
        if (IsExpired(now)) yield break;
        yield return new("frequency", KeyKind.None, 0, Frequency(now), last, origin);
        yield return new("value", KeyKind.None, 0, Value(now), last, origin);
        foreach (var item in items.Attributes("weight", KeyKind.Item, now, HalfLife, Declared.ExpirySeconds)) yield return item;
    }

    public void Expire(uint now)
    {
        if (IsExpired(now)) Clear();
        else items.Expire(now, Declared.ExpirySeconds);
    }

    public void Clear()
    {
        items.Clear();
        (frequency, value, last, origin) = (0, 0, 0, default);
    }

    public bool Read(ReadOnlySpan<byte> section)
    {
        Clear();
        if (section.IsEmpty) return true;
        if (section.Length < Head) return false;
        (frequency, value) = (BinaryPrimitives.ReadSingleLittleEndian(section), BinaryPrimitives.ReadSingleLittleEndian(section[4..]));
        last = BinaryPrimitives.ReadUInt32LittleEndian(section[8..]);
        origin = Origin.Read(section[Fixed..]);
        return items.Read(section[Head..]);
    }

    public int Write(Span<byte> into)
    {
        if (last == 0) return 0;
        BinaryPrimitives.WriteSingleLittleEndian(into, frequency);
        BinaryPrimitives.WriteSingleLittleEndian(into[4..], value);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], last);
        origin.Write(into[Fixed..]);
        return Head + items.Write(into[Head..]);
    }

    /// <summary>When someone last bought, in Unix seconds; null where nothing is kept.</summary>
    public uint? Last(uint now) => IsExpired(now) ? null : last;

    /// <summary>How often, a purchase of 30 days ago counting half.</summary>
    public float Frequency(uint now) => IsExpired(now) ? 0 : Decay.At(frequency, last, now, HalfLife);

    /// <summary>For how much, faded likewise.</summary>
    public float Value(uint now) => IsExpired(now) ? 0 : Decay.At(value, last, now, HalfLife);

    /// <summary>What was bought, newest last; says how many.</summary>
    public int Items(uint now, Span<ulong> into)
    {
        var n = 0;
        for (var i = 0; i < items.Count && n < into.Length; i++)
            if (!items.IsExpired(i, now, Declared.ExpirySeconds)) into[n++] = items.Keys[i];
        return n;
    }

    public bool Contains(ItemKey item, uint now) => items.IndexOf(item.Value) is >= 0 and var i && !items.IsExpired(i, now, Declared.ExpirySeconds);

    private bool IsExpired(uint now) => last == 0 || (ulong)last + Declared.ExpirySeconds <= now;
}
