using Personalization.Catalog;
using Personalization.Decisions.Scoring;
using Personalization.Events;
using Personalization.Models;
using Personalization.Profiles;
using Personalization.Tests.Decisions.Scoring;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Models;

/// <summary>Models of a few items, and the same sums done the long way.</summary>
internal static class Learn
{
    public static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    public static readonly uint Now = FeatureInput.Seconds(At.ToUnixTimeMilliseconds());

    public static ulong Key(int number) => ItemKey.Of($"item-{number:d2}").Value;

    public static ulong Number(ItemKey key) => (ulong)Enumerable.Range(0, 400).First(n => Key(n) == key.Value);

    public static (float[] Rows, FactorModel Model) Model(int items, int dimensions, Folding folding, int seed = 1)
    {
        var rows = Vectors.Trained(new(seed), items, dimensions);
        for (var i = 0; i < rows.Length; i++) rows[i] /= 4 * MathF.Sqrt(dimensions);
        return (rows, FactorModel.Learned("m", At, Keys(items), rows, dimensions, folding));
    }

    /// <summary>Even items point one way and odd ones another.</summary>
    public static FactorModel TwoKinds(string name = "m", int items = 40, DateTimeOffset? at = null)
    {
        var rows = new float[items * FactorShape.DimensionStep];
        for (var i = 0; i < items; i++) rows[(i * FactorShape.DimensionStep) + (i % 2)] = 0.9f + (0.001f * (i % 7));
        return FactorModel.Learned(name, at ?? At, Keys(items), rows, FactorShape.DimensionStep, new(0.01f, 0.1f, 0, 0));
    }

    public static ulong[] Keys(int items) => [.. Enumerable.Range(0, items).Select(Key)];

    /// <summary>Items seen so many times; less than none for what was put into the cart and taken out.</summary>
    public static RecentItems Met(IEnumerable<(int Item, int Times)> items)
    {
        var (recent, input) = (new RecentItems(), new FeatureInput());
        foreach (var (n, (item, times)) in items.Index())
        {
            input.Take(Behaviour.Event(times < 0 ? EventType.RemoveFromCart : EventType.View, At.AddSeconds(-100 + n)) with { Items = new[] { Key(item) } }, CatalogueSnapshot.Empty);
            for (var i = 0; i < Math.Abs(times); i++) recent.Apply(input);
        }

        return recent;
    }

    /// <summary>Gauss's elimination of (background · YᵀY + λ + Σ c·y·yᵀ) u = Σ c·y, on vectors as they were before they were turned.</summary>
    public static double[] Solved(float[] rows, int n, RecentItems recent, Folding folding)
    {
        var (a, b, known) = (new double[n, n], new double[n], 0.0);
        for (var at = 0; at < rows.Length; at += n) Add(a, rows.AsSpan(at, n), folding.Background);
        foreach (var met in recent.All(Now))
        {
            var row = rows.AsSpan((int)Number(met.Item) * n, n);
            var c = folding.Confidence(met.Weight);
            known += c;
            Add(a, row, c);
            for (var d = 0; d < n; d++) b[d] += c * row[d];
        }

        for (var d = 0; d < n; d++) a[d, d] += folding.Lambda(known, rows.Length / n);
        return Eliminated(a, b);
    }

    private static void Add(double[,] a, ReadOnlySpan<float> row, double weight)
    {
        for (var i = 0; i < row.Length; i++)
            for (var j = 0; j < row.Length; j++) a[i, j] += weight * row[i] * row[j];
    }

    private static double[] Eliminated(double[,] a, double[] b)
    {
        var n = b.Length;
        for (var p = 0; p < n; p++)
            for (var r = p + 1; r < n; r++)
            {
                var share = a[r, p] / a[p, p];
                for (var c = p; c < n; c++) a[r, c] -= share * a[p, c];
                b[r] -= share * b[p];
            }

        for (var r = n - 1; r >= 0; r--)
        {
            for (var c = r + 1; c < n; c++) b[r] -= a[r, c] * b[c];
            b[r] /= a[r, r];
        }

        return b;
    }
}
