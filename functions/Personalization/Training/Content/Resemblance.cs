namespace Personalization.Training.Content;

/// <param name="Place">Of an item that the model has learned.</param>
/// <param name="Weight">How much of what is like the other it is; all of them together are 1.</param>
internal readonly record struct Alike(int Place, float Weight);

/// <summary>
/// Finds the few well-known items that another is most like by what they say of themselves: by the cosine of both, to the third
/// power, as what is almost the same says more than much that is a little alike. An index from features to items; what many say
/// speaks for the best known of them only, so one search adds no more than <see cref="Descriptions.Most"/> · <see cref="MostOf"/> times.
/// </summary>
internal sealed class Resemblance
{
    private const int MostOf = 1000;
    private const int Few = 20;

    /// <summary>Below this, two have nothing in common but what says nothing.</summary>
    private const float Least = 0.1f;

    private readonly Descriptions items;
    private readonly int[] places;
    private readonly int[] starts;
    private readonly int[] rows;

    private Resemblance(Descriptions items, int[] places, int[] starts, int[] rows) => (this.items, this.places, this.starts, this.rows) = (items, places, starts, rows);

    /// <param name="places">Where the model has each item; -1 where it has not.</param>
    /// <param name="people">How many met each.</param>
    /// <param name="known">Rows of the items that are known well enough to speak for others.</param>
    public static Resemblance Of(Descriptions items, int[] places, int[] people, int[] known)
    {
        var first = new int[items.Features + 1];
        int[] ordered = [.. known.OrderByDescending(r => people[r])];
        foreach (var row in ordered)
            foreach (var feature in items.FeaturesOf(row)) first[feature + 1] = Math.Min(MostOf, first[feature + 1] + 1);
        for (var feature = 0; feature < items.Features; feature++) first[feature + 1] += first[feature];
        var (listed, next) = (new int[first[^1]], first[..^1]);
        foreach (var row in ordered)
            foreach (var feature in items.FeaturesOf(row))
                if (next[feature] < first[feature + 1]) listed[next[feature]++] = row;
        return new(items, places, first, listed);
    }

    public int PlaceOf(int row) => places[row];

    public Search Begin() => new(this);

    /// <summary>Room for one search after the other.</summary>
    internal sealed class Search(Resemblance of)
    {
        private readonly float[] sums = new float[of.places.Length];
        private readonly List<int> touched = [];
        private readonly List<(float Score, int Row)> best = [];
        private readonly Alike[] found = new Alike[Few];

        /// <summary>Those that an item is most like, itself never among them; none where it is like none.</summary>
        public ReadOnlySpan<Alike> Find(int row)
        {
            best.Clear();
            Gather(row);
            foreach (var other in touched)
            {
                var cosine = sums[other] / (of.items.Length(row) * of.items.Length(other));
                sums[other] = 0;
                if (other != row && cosine >= Least) Offer((cosine * cosine * cosine, other));
            }

            touched.Clear();
            var all = best.Sum(b => b.Score);
            for (var i = 0; i < best.Count; i++) found[i] = new(of.places[best[i].Row], best[i].Score / all);
            return found.AsSpan(0, best.Count);
        }

        private void Gather(int row)
        {
            foreach (var feature in of.items.FeaturesOf(row))
                foreach (var other in of.rows.AsSpan(of.starts[feature]..of.starts[feature + 1]))
                {
                    if (sums[other] == 0) touched.Add(other);
                    sums[other] += of.items.Square(feature);
                }
        }

        /// <summary>Best first, and of equals the one with the lower key.</summary>
        private void Offer((float Score, int Row) one)
        {
            var at = best.Count;
            while (at > 0 && (one.Score > best[at - 1].Score || (one.Score == best[at - 1].Score && one.Row < best[at - 1].Row))) at--;
            if (at == Few) return;
            if (best.Count == Few) best.RemoveAt(Few - 1);
            best.Insert(at, one);
        }
    }
}
