using Personalization.Catalog;
using Personalization.Decisions.Scoring;

namespace Personalization.Decisions.Candidates;

/// <summary>Where candidates come from. Each item once, none that was excluded or cannot be had.</summary>
public static class Gathering
{
    /// <summary>Candidates of one decision that are looked for here; a score is worth its time only for the most promising.</summary>
    private const int Enough = 200;

    /// <summary>A catalogue so small that all of it is looked at.</summary>
    private const int Small = 200;

    /// <summary>Of each term somebody is drawn to, and how many more of one that is all they are drawn to.</summary>
    private const int PerTerm = 8;
    private const int PerShare = 80;

    private const int PerRegion = 20;
    private const int PerTrend = 10;
    private const int MostPopular = 40;
    private const int MostLearned = 100;

    public static void Exclude(Decision d, IReadOnlyList<ItemKey> items)
    {
        for (var i = 0; i < items.Count; i++) d.Known.At(items[i].Value) = true;
    }

    /// <summary>What the hints speak for, then what is popular: here, everywhere, and more than it was.</summary>
    public static void Everything(Decision d)
    {
        var shelf = d.Shelf;
        if (shelf.Count <= Small) Take(d, shelf.Ranked, Small);
        else
        {
            Hinted(d);
            Take(d, shelf.In(d.Ask.Region), PerRegion);
            Take(d, shelf.Trending, PerTrend);
            Take(d, shelf.Ranked, MostPopular);
        }
    }

    /// <summary>A category's, or brand's, most popular.</summary>
    public static void Of(Decision d, Term term, int most) => Take(d, d.Shelf.Of(term), most);

    /// <summary>What the person met last, newest first.</summary>
    public static void Met(Decision d, int most)
    {
        if (d.Hints.Profile is not { } profile) return;
        Span<ulong> keys = stackalloc ulong[Profiles.RecentItems.Kept];
        foreach (var key in keys[..profile.Recent.Newest(d.Hints.Now, keys[..Math.Min(most, keys.Length)])]) Add(d, d.Shelf.PlaceOf(new(key)));
    }

    /// <summary>What a model says is most to the person's taste.</summary>
    public static void Learned(Decision d)
    {
        if (!d.Taste.Speaks || d.Shelf.Count <= Small) return;
        Span<Ranked> best = stackalloc Ranked[MostLearned];
        foreach (var item in best[..d.Taste.Best(best)]) Add(d, d.Shelf.PlaceOf(d.Taste.ItemAt(item.Place)));
    }

    /// <summary>Items that must be there to be chosen from, such as those somebody pinned.</summary>
    public static void Take(Decision d, ReadOnlySpan<ItemKey> items)
    {
        foreach (var item in items) Add(d, d.Shelf.PlaceOf(item));
    }

    private static void Hinted(Decision d)
    {
        foreach (var key in d.Hints.Items.Keys) Add(d, d.Shelf.PlaceOf(new(key)));
        foreach (var key in d.Hints.Terms.Keys)
            if (d.Pool.Count < Enough) Take(d, d.Shelf.Of(new Term(key)), PerTerm + (int)(PerShare * Math.Clamp(Share(d.Hints.Terms.Of(key)), 0, 1)));
    }

    private static float Share(TermHint hint) => Math.Max(hint.Person, Math.Max(hint.Asked, hint.Searched));

    /// <summary>As many of these as are new and can be had.</summary>
    private static void Take(Decision d, ReadOnlySpan<int> places, int most)
    {
        foreach (var place in places)
        {
            if (most == 0) return;
            if (Add(d, place)) most--;
        }
    }

    private static bool Add(Decision d, int place)
    {
        if (place < 0) return false;
        var item = d.Shelf.Items[place];
        if (!item.Item.CanBeShown) return false;
        ref var known = ref d.Known.At(item.Key.Value);
        if (known) return false;
        known = true;
        d.Pool.Add(item.Key, place, d.Shelf.GroupOf(place));
        return true;
    }
}
