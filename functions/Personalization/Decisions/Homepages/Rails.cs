using Personalization.Catalog;
using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Homepages;

/// <summary>Which category each rail shows: the named one, else what holds the person now, then what they are drawn to most, then the most popular; each once.</summary>
internal readonly ref struct Rails(Decision d)
{
    /// <param name="rails">For each slot of the page, the number of its category; <see cref="Pool.NoGroup"/> for what is no rail, or has none.</param>
    public void Choose(Span<ushort> rails)
    {
        rails.Fill(Pool.NoGroup);
        var slots = d.Ask.Slots;
        for (var i = 0; i < rails.Length; i++)
            if (SlotName.TryParse(slots[i].Name, out var name) && name.Category is { } category) rails[i] = d.Shelf.GroupOf(Term.Of(TermKind.Category, category));
        for (var i = 0; i < rails.Length; i++)
            if (SlotName.TryParse(slots[i].Name, out var name) && name is { Kind: SlotKind.Category, Category: null }) rails[i] = Best(rails);
    }

    private ushort Best(ReadOnlySpan<ushort> chosen)
    {
        if (d.Hints.Session.Key != 0 && d.Shelf.GroupOf(d.Hints.Session) is var session && session != Pool.NoGroup && !chosen.Contains(session)) return session;
        var (best, most) = (Pool.NoGroup, 0f);
        foreach (var key in d.Hints.Terms.Keys)
        {
            var share = d.Hints.Terms.Of(key).Person;
            if (share > most && d.Shelf.GroupOf(new Term(key)) is var number && number != Pool.NoGroup && !chosen.Contains(number)) (best, most) = (number, share);
        }

        for (ushort g = 0; best == Pool.NoGroup && g < d.Shelf.Groups.Length; g++)
            if (!chosen.Contains(g)) best = g;
        return best;
    }
}
