using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>The feature "search interest": which of the catalogue's terms someone searched for, fading by half every week. The text itself never comes here.</summary>
public sealed class SearchInterest : IFeature
{
    public const int Kept = 32;

    private const float HalfLife = 7 * 86_400;

    public static readonly FeatureDefinition Declared = new(
        20, "search-interest", "profiles", "Which of the catalogue's terms someone searched for", TimeSpan.FromSeconds(2),
        Purposes.Personalization | Purposes.Sensitive, Sensitivity.Sensitive, TimeSpan.FromDays(30), Kept * WeightedKeys.EntryBytes, FeaturePlace.Vault,
        EventType.Search);

    private readonly WeightedKeys terms = new(Kept);

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (e.Event.Type != EventType.Search) return;
        foreach (var term in e.Event.Terms.Span) terms.Add(term, 1, e.At, HalfLife, e.Origin);
    }

    public void Join(IFeature other) => terms.Join(((SearchInterest)other).terms, HalfLife);

    public IEnumerable<FeatureAttribute> Attributes(uint now) => terms.Attributes("weight", KeyKind.Term, now, HalfLife, Declared.ExpirySeconds);

    public void Expire(uint now) => terms.Expire(now, Declared.ExpirySeconds);

    public void Clear() => terms.Clear();

    public bool Read(ReadOnlySpan<byte> section) => terms.Read(section);

    public int Write(Span<byte> into) => terms.Write(into);

    /// <summary>Each term's part of the whole; says how many.</summary>
    public int Shares(uint now, Span<TermShare> into)
    {
        var (n, sum) = (0, 0f);
        for (var i = 0; i < terms.Count && n < into.Length; i++)
        {
            var value = terms.ValueAt(i, now, HalfLife, Declared.ExpirySeconds);
            if (value <= 0) continue;
            into[n++] = new(new(terms.Keys[i]), value);
            sum += value;
        }

        for (var i = 0; i < n; i++) into[i] = into[i] with { Share = into[i].Share / sum };
        return n;
    }

    /// <summary>The terms of now with their weights, in no particular order.</summary>
    public IEnumerable<TermShare> All(uint now)
    {
        for (var i = 0; i < terms.Count; i++)
            if (!terms.IsExpired(i, now, Declared.ExpirySeconds)) yield return new(new(terms.Keys[i]), terms.ValueAt(i, now, HalfLife, Declared.ExpirySeconds));
    }
}
