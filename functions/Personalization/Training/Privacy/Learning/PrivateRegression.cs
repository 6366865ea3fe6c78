using Personalization.Training.Learning;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy.Learning;

/// <summary>
/// How much items speak for each other, as <see cref="ItemRegression"/> finds it, of noisy sums: first how popular items are, to choose
/// those of which noise leaves something; then how often two of these were met together. All else is computed from the two.
/// </summary>
public static class PrivateRegression
{
    /// <summary>For counts, which are few and clear, little is enough; but what is chosen by them is worth having right.</summary>
    private const double ShareOfCounts = 0.2;

    /// <summary>An item counts where its people are more than this times σ√n, what noise alone adds to the length of its row.</summary>
    private const double Clear = 1.2;

    /// <summary>λ as a part of the noise's edge: how far noise reaches into directions that were kept.</summary>
    private const double OfEdge = 0.3;

    /// <summary>λ as a part of an item's people: what they met by chance.</summary>
    private const double OfPeople = 0.05;

    /// <summary>How much less an item is spoken for the more people met it: a popular one is met anyway.</summary>
    private const double Damping = 0.2;

    /// <param name="people">Who met what. Which items there are must be known without them, as from a catalogue: it is not hidden.</param>
    /// <param name="permit">What may be lost; all of it is.</param>
    /// <param name="options">For δ and the bounds.</param>
    /// <param name="kept">Most others for one item.</param>
    public static PrivateModel<Neighbours> Learn(Interactions people, PrivateOptions options, Permit permit, int kept, int threads, CancellationToken stop) =>
        Learn(people, options, permit, kept, NoiseSource.Secure, threads, stop);

    internal static PrivateModel<Neighbours> Learn(Interactions people, PrivateOptions options, Permit permit, int kept, NoiseSource source, int threads, CancellationToken stop)
    {
        var how = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        var countNoise = NoiseSource.Sigma(NoisyCounts.Sensitivity, permit.Take(ShareOfCounts));
        var pairNoise = NoiseSource.Sigma(NoisyProducts.Sensitivity, permit.Take(1 - ShareOfCounts));
        var sigma = NoisyProducts.Scaled(pairNoise);
        var everything = Enumerable.Range(0, people.Width).ToArray();
        var counts = NoisyCounts.Of(BoundedPeople.Of(people, everything, people.Width, options.MostEach), countNoise, source, how);
        var chosen = Choose(counts, options.MostItems, sigma);
        var places = new int[people.Width];
        Array.Fill(places, -1);
        for (var place = 0; place < chosen.Length; place++) places[chosen[place]] = place;
        var products = NoisyProducts.Of(BoundedPeople.Of(people, places, chosen.Length, options.MostEach), pairNoise, source, how);
        var (found, directions, pairs) = Denoising.Of(products, chosen.Length, sigma);
        var popular = Array.ConvertAll(chosen, item => Math.Max(0, counts[item]));
        if (directions + pairs == 0) found = Popular(popular);
        else Solve(found, popular, OfEdge * 2 * sigma * Math.Sqrt(chosen.Length));
        var card = new PrivateCard(permit.Whole.Value, permit.Whole.Epsilon(options.Delta), options.Delta, options.MostEach, chosen.Length, (double)countNoise / BoundedPeople.Whole, sigma, directions, pairs);
        return new(Spread(found, chosen, people.Width, kept, threads, stop), card);
    }

    /// <summary>The most popular ones, as many as stay clear of the noise that so many bring; rising.</summary>
    private static int[] Choose(double[] counts, int most, double sigma)
    {
        int[] order = [.. Enumerable.Range(0, counts.Length).OrderByDescending(i => counts[i]).ThenBy(i => i).Take(most)];
        var n = 0;
        while (n < order.Length && counts[order[n]] > Clear * sigma * Math.Sqrt(n + 1)) n++;
        // So few say nothing of each other, and it costs nothing to name some more.
        return [.. order[..Math.Min(order.Length, Math.Max(n, Fewest))].Order()];
    }

    private const int Fewest = 32;

    /// <summary>-P/diag(P) of P = (found + λ)⁻¹, where row i says how much item i speaks for the others; less for popular ones.</summary>
    private static void Solve(double[] found, double[] popular, double lambda)
    {
        var n = popular.Length;
        for (var i = 0; i < n; i++) found[(i * n) + i] += lambda + (OfPeople * popular[i]);
        SmallInverse.Of(found, n);
        var diagonal = new double[n];
        for (var i = 0; i < n; i++) diagonal[i] = found[(i * n) + i] * Math.Pow(Math.Max(1, popular[i]), Damping);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) found[(i * n) + j] = i == j ? 0 : -found[(i * n) + j] / diagonal[j];
    }

    /// <summary>Where noise leaves nothing of pairs, every item speaks for what is popular.</summary>
    private static double[] Popular(double[] popular)
    {
        var n = popular.Length;
        var all = new double[n * n];
        for (var i = 0; i < n; i++) popular.CopyTo(all, i * n);
        return all;
    }

    /// <summary>Among those that were chosen first: of a large catalogue they are few, and the rest says nothing.</summary>
    private static Neighbours Spread(double[] strengths, int[] chosen, int items, int kept, int threads, CancellationToken stop) =>
        Neighbours.Of("private ease", chosen.Length, kept, 0, threads, (first, rows) =>
        {
            for (var item = first; item < Math.Min(first + rows.Rows, chosen.Length); item++)
                for (var other = 0; other < chosen.Length; other++) rows[item - first][other] = (float)strengths[(item * chosen.Length) + other];
        }, stop).Among(chosen, items);
}
