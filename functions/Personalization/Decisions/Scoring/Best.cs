using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// Keeps the best of the scores it is offered, in the order of their places. Whatever beats the bar goes into a buffer;
/// a full buffer is cut back to the best, and the worst of these becomes the bar. Most offers cost one comparison of
/// <see cref="Tile.Items"/> scores at once. A later score equal to the bar loses, as it has the higher place.
/// </summary>
internal ref struct Best
{
    private readonly Span<ulong> _keys;
    private readonly int _keep;
    private int _count;
    private float _bar;
    private bool _barred;

    /// <param name="buffer">Room of at least <see cref="Room"/> keys; more makes cuts rarer.</param>
    /// <param name="keep">How many are wanted.</param>
    public Best(Span<ulong> buffer, int keep)
    {
        _keys = buffer;
        _keep = keep;
    }

    public static int Room(int keep) => (2 * keep) + Tile.Items;

    /// <summary>
    /// The places of the best scores, best first: higher score, then lower place. A score that is no number ranks last.
    /// Returns how many there are: as many as fit, or as there are scores.
    /// </summary>
    public static int Of(ReadOnlySpan<float> scores, Span<int> places)
    {
        var keep = Math.Min(places.Length, scores.Length);
        if (keep == 0) return 0;
        var buffer = ArrayPool<ulong>.Shared.Rent(Room(keep));
        var best = new Best(buffer, keep);
        Span<float> last = stackalloc float[Tile.Items];
        for (var first = 0; first < scores.Length; first += Tile.Items)
        {
            var left = scores[first..];
            if (left.Length < Tile.Items)
            {
                left.CopyTo(last);
                best.Offer(last, first, Tile.Open(left.Length));
            }
            else best.Offer(left, first, ulong.MaxValue);
        }
        var chosen = best.Cut();
        chosen.Sort();
        for (var i = 0; i < chosen.Length; i++) places[i] = RankKey.Place(chosen[i]);
        ArrayPool<ulong>.Shared.Return(buffer);
        return chosen.Length;
    }

    /// <summary>Offers a tile of scores, whose first belongs to the place <paramref name="first"/>; only lanes whose bit is set in <paramref name="open"/> take part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(scoped ReadOnlySpan<float> scores, int first, ulong open)
    {
        if (_barred) open &= Tile.Above(scores, _bar);
        if (open != 0) Add(scores, first, open);
    }

    /// <summary>The best so far, in no order; best come first after sorting.</summary>
    public Span<ulong> Cut()
    {
        if (_count > _keep)
        {
            Selection.Lowest(_keys[.._count], _keep);
            _count = _keep;
            (_barred, _bar) = (true, RankKey.Score(_keys[_keep - 1]));
        }
        return _keys[.._count];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Add(scoped ReadOnlySpan<float> scores, int first, ulong open)
    {
        if (_count + Tile.Items > _keys.Length)
        {
            Cut();
            open &= Tile.Above(scores, _bar);
        }
        for (; open != 0; open &= open - 1)
        {
            var lane = BitOperations.TrailingZeroCount(open);
            _keys[_count++] = RankKey.Of(scores[lane], first + lane);
        }
    }
}
