using Personalization.Decisions.Scoring;
using Personalization.Training.Learning;

namespace Personalization.Training.Evaluating;

/// <summary>What one model lists for everybody who is asked for: the items with the highest scores, of equal ones the first.</summary>
internal sealed class Listing
{
    private readonly int depth;
    private readonly int[] items;
    private readonly float[] scores;
    private readonly int[] lengths;
    private int noNumbers;

    private Listing(int people, int depth) =>
        (this.depth, items, scores, lengths) = (depth, new int[people * depth], new float[people * depth], new int[people]);

    public int People => lengths.Length;

    /// <summary>For how many people a score was no number; what has none is not listed.</summary>
    public int NoNumbers => noNumbers;

    public ReadOnlySpan<int> Items(int place) => items.AsSpan(place * depth, lengths[place]);

    public ReadOnlySpan<int> Items(int place, int first) => items.AsSpan(place * depth, Math.Min(first, lengths[place]));

    public ReadOnlySpan<float> Scores(int place) => scores.AsSpan(place * depth, lengths[place]);

    public static Listing Of(IRecommender model, Panel panel, Asked asked, int depth, ParallelOptions how)
    {
        var listing = new Listing(panel.People.Length, Math.Min(depth, panel.Train.Width));
        Parallel.For(0, panel.People.Length, how, () => new float[panel.Train.Width], (place, _, buffer) =>
        {
            listing.Fill(place, model, panel, asked, buffer);
            return buffer;
        }, _ => { });
        return listing;
    }

    private void Fill(int place, IRecommender model, Panel panel, Asked asked, float[] buffer)
    {
        var met = panel.Met(place);
        // What a model does not write is no score of the person before.
        Array.Fill(buffer, float.NaN);
        model.Score(met, panel.Train.WeightsOf(panel.People[place]), buffer);
        if (Sieve(buffer)) Interlocked.Increment(ref noNumbers);
        if (asked == Asked.NewItems)
            foreach (var item in met) buffer[item] = float.NegativeInfinity;
        var into = items.AsSpan(place * depth, depth);
        var length = Best.Of(buffer, into);
        while (length > 0 && float.IsNegativeInfinity(buffer[into[length - 1]])) length--;
        lengths[place] = length;
        for (var i = 0; i < length; i++) scores[(place * depth) + i] = buffer[into[i]];
    }

    /// <summary>Leaves out whatever is no number; says whether anything was.</summary>
    private static bool Sieve(float[] scores)
    {
        var any = false;
        foreach (ref var score in scores.AsSpan())
        {
            if (float.IsFinite(score)) continue;
            score = float.NegativeInfinity;
            any = true;
        }

        return any;
    }
}
