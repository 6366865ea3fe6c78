using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Decisions.Candidates;

/// <summary>What speaks for a term: what the person is drawn to, the items asked about, what they searched for, the words of the search.</summary>
public record struct TermHint(float Person, float Asked, float Searched, float Named);

/// <summary>What speaks for an item: viewed and bought together with those asked about, with what was met lately, with what was bought.</summary>
public record struct ItemHint(float Viewed, float Bought, float Companion, float Complement);

/// <summary>
/// Everything that a decision can know of items before it looks at any: taken from the person and from the request once,
/// then asked for each candidate. Reused.
/// </summary>
public sealed class Hints
{
    /// <summary>The newest of what somebody met or bought speak for what goes with them; more changes little.</summary>
    private const int Speaking = 10;

    private const int MaxTerms = 64;

    // Terms are entered kind by kind: where each ends.
    private int categories, brands, prices;

    // Terms of which nothing is known but that the words of a search name them.
    private int named;

    public KeyTable<TermHint> Terms { get; } = new();

    public KeyTable<ItemHint> Items { get; } = new();

    /// <summary>Of the terms, the categories that the person is drawn to, and the price bands.</summary>
    public ReadOnlySpan<ulong> Categories => Terms.Keys[..categories];

    public ReadOnlySpan<ulong> PriceBands => Terms.Keys[brands..prices];

    /// <summary>Null for somebody of whom nothing may be used.</summary>
    public Profile? Profile { get; private set; }

    public VaultFeatures? Vault { get; private set; }

    public Region Region { get; private set; }

    /// <summary>Unix seconds.</summary>
    public uint Now { get; private set; }

    /// <summary>The category somebody is about right now.</summary>
    public Term Session { get; private set; }

    /// <summary>Whether they are about to buy; weights of their own count then.</summary>
    public bool Intent { get; private set; }

    /// <summary>How much somebody likes what is new to them.</summary>
    public float Novelty { get; private set; }

    /// <summary>Whether the person is drawn to anything, or anything was asked about. Words alone say nothing of a person.</summary>
    public bool Speak => Terms.Count > named || Items.Count > 0;

    public void Begin(Profile? profile, VaultFeatures? vault, Region region, uint now)
    {
        Begin(region, now, default, false);
        (Profile, Vault) = (profile, vault);
        if (profile is null) return;
        (Session, Intent, Novelty) = (profile.Intent.InterestedIn(now), profile.Intent.HighIntent(now), profile.Novelty.Share(now) ?? 0);
        Take(profile.Categories);
        categories = Terms.Count;
        Take(profile.Brands);
        brands = Terms.Count;
        Take(profile.PriceBands);
        prices = Terms.Count;
        Take(profile.Attributes);
        if (vault is not null) TakeSearches(vault);
    }

    /// <summary>For nobody in particular, but for people of whom this holds.</summary>
    public void Begin(Region region, uint now, Term session, bool intent)
    {
        Terms.Clear();
        Items.Clear();
        (Profile, Vault, Region, Now) = (null, null, region, now);
        (Session, Intent, Novelty) = (session, intent, 0);
        (categories, brands, prices, named) = (0, 0, 0, 0);
    }

    /// <summary>What goes with the last things somebody met, and with what they bought; the newer, the more.</summary>
    public void TakeCompanions(Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions)
    {
        if (Profile is null) return;
        Span<ulong> keys = stackalloc ulong[Speaking];
        var met = Profile.Recent.Newest(Now, keys);
        for (var i = 0; i < met; i++)
        {
            var of = companions(new(keys[i]), PairKind.Viewed);
            for (var j = 0; j < of.Count; j++) Items.At(of[j].Item).Companion += of[j].Score / (i + 1);
        }

        var bought = Vault?.Purchases.Items(Now, keys) ?? 0;
        for (var i = 0; i < bought; i++)
        {
            var of = companions(new(keys[i]), PairKind.Bought);
            for (var j = 0; j < of.Count; j++) Items.At(of[j].Item).Complement = Math.Max(Items.At(of[j].Item).Complement, of[j].Score);
        }
    }

    /// <summary>An item asked about, one of several.</summary>
    public void TakeAsked(ItemKey item, DescribedItem? described, float part, Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions)
    {
        var viewed = companions(item, PairKind.Viewed);
        for (var i = 0; i < viewed.Count; i++) Items.At(viewed[i].Item).Viewed += viewed[i].Score * part;
        var bought = companions(item, PairKind.Bought);
        for (var i = 0; i < bought.Count; i++) Items.At(bought[i].Item).Bought += bought[i].Score * part;
        if (described is null) return;
        Terms.At(described.Category.Key).Asked += part;
        if (described.Brand.Key != 0) Terms.At(described.Brand.Key).Asked += part;
        if (described.PriceBand.Key != 0) Terms.At(described.PriceBand.Key).Asked += part;
        for (var i = 0; i < described.Attributes.Count; i++) Terms.At(described.Attributes[i].Key).Asked += part / described.Attributes.Count;
    }

    /// <summary>The words of a search, as terms of the catalogue.</summary>
    public void TakeNamed(ReadOnlySpan<ulong> terms)
    {
        var before = Terms.Count;
        foreach (var term in terms) Terms.At(term).Named = 1f / terms.Length;
        named += Terms.Count - before;
    }

    private void Take(Affinity affinity)
    {
        Span<TermShare> shares = stackalloc TermShare[MaxTerms];
        foreach (var share in shares[..affinity.Shares(Now, shares)]) Terms.At(share.Term.Key).Person = share.Share;
    }

    private void TakeSearches(VaultFeatures vault)
    {
        Span<TermShare> shares = stackalloc TermShare[MaxTerms];
        foreach (var share in shares[..vault.Searches.Shares(Now, shares)]) Terms.At(share.Term.Key).Searched = share.Share;
    }
}
