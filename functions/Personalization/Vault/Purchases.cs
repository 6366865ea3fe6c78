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
    private const int Head = 12;

    /// <summary>Values come from outside; a sum must stay a number.</summary>
    private const float MostValue = 1e9f;

    public static readonly FeatureDefinition Declared = new(
        22, "purchases", "profiles", "How lately, how often and for how much someone bought, and what", TimeSpan.FromSeconds(2),
        Purposes.Personalization | Purposes.Sensitive, Sensitivity.Sensitive, TimeSpan.FromDays(30), Head + (Kept * WeightedKeys.EntryBytes), FeaturePlace.Vault,
        EventType.Purchase);

    private readonly WeightedKeys items = new(Kept);
    private float frequency, value;
    private uint last;

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (e.Event.Type != EventType.Purchase) return;
        var before = last;
        Decay.Add(ref frequency, ref last, 1, e.At, HalfLife);
        Decay.Add(ref value, ref before, Math.Clamp(e.Event.Value, 0, MostValue), e.At, HalfLife);
        foreach (var key in e.Keys) items.Add(key, 1, e.At, HalfLife);
    }

    public void Expire(uint now)
    {
        if (IsExpired(now)) Clear();
        else items.Expire(now, Declared.ExpirySeconds);
    }

    public void Clear()
    {
        items.Clear();
        (frequency, value, last) = (0, 0, 0);
    }

    public bool Read(ReadOnlySpan<byte> section)
    {
        Clear();
        if (section.IsEmpty) return true;
        if (section.Length < Head) return false;
        (frequency, value) = (BinaryPrimitives.ReadSingleLittleEndian(section), BinaryPrimitives.ReadSingleLittleEndian(section[4..]));
        last = BinaryPrimitives.ReadUInt32LittleEndian(section[8..]);
        return items.Read(section[Head..]);
    }

    public int Write(Span<byte> into)
    {
        if (last == 0) return 0;
        BinaryPrimitives.WriteSingleLittleEndian(into, frequency);
        BinaryPrimitives.WriteSingleLittleEndian(into[4..], value);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], last);
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
