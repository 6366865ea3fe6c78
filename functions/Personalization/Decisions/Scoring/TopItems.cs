using System.Buffers;
using System.Runtime.CompilerServices;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// The best items for one person: highest dot product of their vectors, then lower place. One pass over all items,
/// nothing allocated. A person's vector with a value that is not finite gets nothing rather than nonsense.
/// </summary>
/// <remarks>Optimized at once and not by tiers: the first scan would take a hundred times as long.</remarks>
public static class TopItems
{
    /// <summary>
    /// The approximate pass keeps a quarter more than wanted, and a few where few are wanted. Measured over 100,000 items of 8 to
    /// 256 values, evenly spread or in kinds: a fifth more finds all of the best hundred, a tenth more 99.9 of them.
    /// </summary>
    private const int KeptShare = 4;

    private const int KeptMore = 16;

    /// <param name="items">What there is to choose from.</param>
    /// <param name="person">Whom for; as long as an item's vector.</param>
    /// <param name="leftOut">Places that are not to be chosen, a bit each from the lowest of the first word on; empty for none.</param>
    /// <param name="into">The best, best first.</param>
    /// <returns>How many were found: as many as fit, or as there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Of(ItemFactors items, ReadOnlySpan<float> person, ReadOnlySpan<ulong> leftOut, Span<Ranked> into)
    {
        if (!Answerable(items.Shape, person, leftOut, into)) return 0;
        var keep = Math.Min(into.Length, items.Shape.Count);
        var buffer = ArrayPool<ulong>.Shared.Rent(Best.Room(keep));
        var best = new Best(buffer, keep);
        Span<float> scores = stackalloc float[Tile.Items];
        for (var tile = 0; tile < items.Shape.Tiles; tile++)
        {
            var open = items.Shape.Open(tile, leftOut);
            if (open == 0) continue;
            TileScores.Of(items.At(tile), person, scores);
            best.Offer(scores, tile * Tile.Items, open);
        }
        var found = Ordered(best.Cut(), into);
        ArrayPool<ulong>.Shared.Return(buffer);
        return found;
    }

    /// <summary>
    /// The same, found approximately and then scored exactly: scores are to the bit those of the exact pass, but an item
    /// whose approximate score is far too low may be missing.
    /// </summary>
    /// <inheritdoc cref="Of(ItemFactors, ReadOnlySpan{float}, ReadOnlySpan{ulong}, Span{Ranked})"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Of(CompactFactors items, ReadOnlySpan<float> person, ReadOnlySpan<ulong> leftOut, Span<Ranked> into)
    {
        if (!Answerable(items.Shape, person, leftOut, into)) return 0;
        var keep = (int)Math.Min((long)into.Length + (into.Length / KeptShare) + KeptMore, items.Shape.Count);
        var buffer = ArrayPool<ulong>.Shared.Rent(Best.Room(keep));
        var best = new Best(buffer, keep);
        Span<float> scores = stackalloc float[Tile.Items];
        var compact = new CompactPerson(person, stackalloc int[CompactPerson.Room(person.Length)]);
        for (var tile = 0; tile < items.Shape.Tiles; tile++)
        {
            var open = items.Shape.Open(tile, leftOut);
            if (open == 0) continue;
            CompactScores.Of(items.At(tile), items.Scales(tile), compact, scores);
            best.Offer(scores, tile * Tile.Items, open);
        }
        var candidates = best.Cut();
        Rescoring.Exactly(items, person, candidates);
        if (candidates.Length > into.Length)
        {
            Selection.Lowest(candidates, into.Length);
            candidates = candidates[..into.Length];
        }
        var found = Ordered(candidates, into);
        ArrayPool<ulong>.Shared.Return(buffer);
        return found;
    }

    private static bool Answerable(FactorShape items, ReadOnlySpan<float> person, ReadOnlySpan<ulong> leftOut, Span<Ranked> into)
    {
        if (person.Length != items.Dimensions) throw new ArgumentException("not as long as an item's vector", nameof(person));
        if (!leftOut.IsEmpty && leftOut.Length < items.Tiles) throw new ArgumentException("a bit for every place is needed", nameof(leftOut));
        foreach (var value in person)
        {
            if (!float.IsFinite(value)) return false;
        }
        return !into.IsEmpty && items.Count > 0;
    }

    private static int Ordered(Span<ulong> keys, Span<Ranked> into)
    {
        keys.Sort();
        for (var i = 0; i < keys.Length; i++) into[i] = new(RankKey.Place(keys[i]), RankKey.Score(keys[i]));
        return keys.Length;
    }
}
