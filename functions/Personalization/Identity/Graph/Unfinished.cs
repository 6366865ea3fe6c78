namespace Personalization.Identity.Graph;

/// <summary>Which merges and cases are with one of their two sides only, because somebody stopped half way.</summary>
internal static class Unfinished
{
    /// <summary>What is to be added, where.</summary>
    public static IEnumerable<BookedEvent> In(IReadOnlyList<BookedEvent> events)
    {
        var merges = events.Select(b => b.Event).OfType<Merged>().DistinctBy(m => m.Merge, StringComparer.Ordinal).ToDictionary(m => m.Merge, m => (m.From, m.Into), StringComparer.Ordinal);
        var cases = events.Select(b => b.Event).OfType<Quarantined>().DistinctBy(q => q.Case, StringComparer.Ordinal).ToDictionary(q => q.Case, q => (q.From, q.Into), StringComparer.Ordinal);
        var there = events.Select(b => (b.Holder, Text: GraphText.Of(b.Event))).ToHashSet();
        foreach (var booked in events.DistinctBy(b => GraphText.Of(b.Event), StringComparer.Ordinal))
        {
            var (book, sides) = booked.Event switch
            {
                Merged m => (IdentityLog.MergesBook, (m.From, m.Into)),
                Unmerged u when merges.TryGetValue(u.Merge, out var of) => (IdentityLog.MergesBook, of),
                Quarantined q => (IdentityLog.CasesBook, (q.From, q.Into)),
                Reviewed r when cases.TryGetValue(r.Case, out var of) => (IdentityLog.CasesBook, of),
                _ => ("", default((Subject, Subject))),
            };
            if (book.Length == 0) continue;
            if (there.Add((sides.Item1, GraphText.Of(booked.Event)))) yield return booked with { Holder = sides.Item1, Book = book };
            if (there.Add((sides.Item2, GraphText.Of(booked.Event)))) yield return booked with { Holder = sides.Item2, Book = book };
        }
    }
}
