using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>The feature "recent items": the last things someone met, each once, with how strongly; what models learn from.</summary>
public sealed class RecentItems : IFeature
{
    public const int Kept = 50;

    public static readonly FeatureDefinition Declared = new(
        5, "recent-items", "profiles", "The last items someone met and how strongly", TimeSpan.FromSeconds(2),
        Purposes.Personalization, Sensitivity.Pseudonymous, TimeSpan.FromDays(30), Kept * WeightedKeys.EntryBytes, FeaturePlace.Profile,
        EventType.View, EventType.Click, EventType.Dwell, EventType.AddToCart, EventType.RemoveFromCart, EventType.Rate);

    // In order of time, oldest first: what comes now goes to the end.
    private readonly WeightedKeys items = new(Kept);

    public FeatureDefinition Definition => Declared;

    public int Count => items.Count;

    public void Apply(FeatureInput e)
    {
        if (e.Weight == 0) return;
        foreach (var key in e.Keys) Add(key, e.Weight, e.At, e.Origin);
    }

    public void Join(IFeature other)
    {
        var more = ((RecentItems)other).items;
        for (var i = 0; i < more.Count; i++)
        {
            // Of an item both have, the newer side says where it comes from.
            var known = items.IndexOf(more.Keys[i]);
            Add(more.Keys[i], more.Weights[i], more.Times[i], known >= 0 && items.Times[known] >= more.Times[i] ? items.Origins[known] : more.Origins[i]);
        }
    }

    public IEnumerable<FeatureAttribute> Attributes(uint now) => items.Attributes("weight", KeyKind.Item, now, float.PositiveInfinity, Declared.ExpirySeconds);

    public void Expire(uint now) => items.Expire(now, Declared.ExpirySeconds);

    public void Clear() => items.Clear();

    public bool Read(ReadOnlySpan<byte> section) => items.Read(section);

    public int Write(Span<byte> into) => items.Write(into);

    public bool Contains(ItemKey item, uint now) => items.IndexOf(item.Value) is >= 0 and var i && !items.IsExpired(i, now, Declared.ExpirySeconds);

    /// <summary>How newly, from 1 for the last thing met down to 1/50, and how strongly an item was met; null for one that was not.</summary>
    public (float Newness, float Weight)? Met(ItemKey item, uint now) =>
        items.IndexOf(item.Value) is >= 0 and var i && !items.IsExpired(i, now, Declared.ExpirySeconds) ? ((float)(Kept - (items.Count - 1 - i)) / Kept, items.Weights[i]) : null;

    /// <summary>The items met last, newest first; says how many.</summary>
    public int Newest(uint now, Span<ulong> into)
    {
        var n = 0;
        for (var i = items.Count - 1; i >= 0 && n < into.Length && !items.IsExpired(i, now, Declared.ExpirySeconds); i--) into[n++] = items.Keys[i];
        return n;
    }

    /// <summary>The same, and how strongly each was met.</summary>
    public int Newest(uint now, Span<ulong> into, Span<float> weights)
    {
        var n = Newest(now, into);
        for (var i = 0; i < n; i++) weights[i] = items.Weights[items.Count - 1 - i];
        return n;
    }

    /// <summary>The items met since a time, newest first; says how many.</summary>
    public int Since(uint from, Span<ulong> into)
    {
        var n = 0;
        for (var i = items.Count - 1; i >= 0 && n < into.Length && items.Times[i] >= from; i--) into[n++] = items.Keys[i];
        return n;
    }

    /// <summary>Every item of now, newest first, as a model is trained with it.</summary>
    public IEnumerable<RecentItem> All(uint now)
    {
        for (var i = items.Count - 1; i >= 0; i--)
            if (!items.IsExpired(i, now, Declared.ExpirySeconds)) yield return new(new(items.Keys[i]), items.Weights[i], items.Times[i]);
    }

    private void Add(ulong key, float weight, uint at, in Origin origin)
    {
        if (items.IndexOf(key) is >= 0 and var known)
        {
            weight += items.Weights[known];
            at = Math.Max(at, items.Times[known]);
            items.RemoveAt(known);
        }

        var place = items.Count;
        while (place > 0 && items.Times[place - 1] > at) place--;
        if (items.IsFull)
        {
            if (place == 0) return;
            items.RemoveAt(0);
            place--;
        }

        items.Insert(place, key, weight, at, origin);
    }
}

/// <summary>An item someone met lately and how strongly; the time in Unix seconds.</summary>
public readonly record struct RecentItem(ItemKey Item, float Weight, uint At);
