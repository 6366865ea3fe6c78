using System.Numerics.Tensors;
using Personalization.Catalog;
using Personalization.Decisions.Scoring;
using Personalization.Profiles;

namespace Personalization.Models;

/// <summary>
/// What a model says of items for one person at one moment. Their vector is made from what they met lately and forgotten with
/// the next person. Reused; nothing is allocated.
/// </summary>
/// <remarks>
/// With A = background · spectrum + λ, the k items met as rows of Y and their confidences c, the vector is Yᵀβ / A where
/// (1/c + Y·A⁻¹·Yᵀ) β = 1: k equations instead of one for each dimension. They are solved in double precision, so that the
/// vector is the one that training would have found.
/// </remarks>
public sealed class Taste
{
    private const int Most = RecentItems.Kept;

    private readonly float[] vector = new float[FactorShape.MaxDimensions];
    private readonly float[] scaled = new float[FactorShape.MaxDimensions];
    private readonly float[] inverse = new float[FactorShape.MaxDimensions];
    private readonly double[] system = new double[Most * Most];
    private readonly double[] beta = new double[Most];
    private readonly ulong[] met = new ulong[Most];
    private readonly float[] weights = new float[Most];
    private FactorModel model = FactorModel.None;

    /// <summary>Whether there is a vector: a model, and something met that it knows.</summary>
    public bool Speaks { get; private set; }

    /// <summary>The person's vector, where there is one.</summary>
    public ReadOnlySpan<float> Vector => vector.AsSpan(0, Speaks ? model.Spectrum.Length : 0);

    public void Clear() => (model, Speaks) = (FactorModel.None, false);

    /// <summary>Folds in what somebody met lately.</summary>
    public void Begin(FactorModel by, RecentItems recent, uint now)
    {
        (model, Speaks) = (by, false);
        if (by.Count == 0) return;
        var k = Take(recent.Newest(now, met, weights));
        if (k > 0) Fold(k);
    }

    /// <summary>How much an item is to the person's taste, from 0 to 1; 0 where nothing can be said.</summary>
    public float Of(ulong item)
    {
        if (!Speaks || model.PlaceOf(item) is var place && place < 0) return 0;
        var said = TensorPrimitives.Dot(vector.AsSpan(0, model.Spectrum.Length), model.Vectors.Row(place));
        // Values so large that their product is no number say nothing.
        return said > 0 ? Math.Min(said, 1) : 0;
    }

    /// <summary>The items most to the person's taste, best first; says how many.</summary>
    public int Best(Span<Ranked> into) => Speaks ? TopItems.Of(model.Vectors, Vector, [], into) : 0;

    public ItemKey ItemAt(int place) => new(model.Keys[place]);

    /// <summary>Leaves of what was met only what the model knows, as places.</summary>
    private int Take(int count)
    {
        var k = 0;
        for (var i = 0; i < count; i++)
        {
            if (weights[i] <= 0 || model.PlaceOf(met[i]) is var place && place < 0) continue;
            (met[k], beta[k]) = ((ulong)place, model.Folding.Confidence(weights[i]));
            k++;
        }

        return k;
    }

    private void Fold(int k)
    {
        var (dimensions, known) = (model.Spectrum.Length, 0.0);
        for (var i = 0; i < k; i++) known += beta[i];
        var lambda = model.Folding.Lambda(known, model.Count);
        for (var d = 0; d < dimensions; d++) inverse[d] = (float)(1 / ((model.Folding.Background * (double)model.Spectrum[d]) + lambda));
        for (var i = 0; i < k; i++) Equation(i, dimensions);
        if (!Solve(k)) return;
        var u = vector.AsSpan(0, dimensions);
        u.Clear();
        for (var i = 0; i < k; i++) TensorPrimitives.MultiplyAdd(Row(i), (float)beta[i], u, u);
        TensorPrimitives.Multiply(u, inverse.AsSpan(0, dimensions), u);
        Speaks = float.IsFinite(TensorPrimitives.SumOfMagnitudes(u));
    }

    private ReadOnlySpan<float> Row(int i) => model.Vectors.Row((int)met[i]);

    private void Equation(int i, int dimensions)
    {
        var into = scaled.AsSpan(0, dimensions);
        TensorPrimitives.Multiply(Row(i), inverse.AsSpan(0, dimensions), into);
        for (var j = 0; j <= i; j++) system[(i * Most) + j] = TensorPrimitives.Dot(into, Row(j));
        system[(i * Most) + i] += 1 / beta[i];
    }

    /// <summary>Cholesky: the system is symmetric, and above zero in every direction for any vectors there are.</summary>
    private bool Solve(int k)
    {
        for (var i = 0; i < k; i++)
        {
            var row = system.AsSpan(i * Most, k);
            for (var j = 0; j < i; j++)
            {
                var other = system.AsSpan(j * Most, k);
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], other[..j])) / other[j];
            }

            var left = row[i] - TensorPrimitives.Dot<double>(row[..i], row[..i]);
            if (!(left > 0)) return false;
            row[i] = Math.Sqrt(left);
        }

        // Forwards, where every right side is 1, and back.
        for (var i = 0; i < k; i++) beta[i] = (1 - TensorPrimitives.Dot<double>(system.AsSpan(i * Most, i), beta.AsSpan(0, i))) / system[(i * Most) + i];
        for (var i = k - 1; i >= 0; i--)
        {
            beta[i] /= system[(i * Most) + i];
            TensorPrimitives.MultiplyAdd<double>(system.AsSpan(i * Most, i), -beta[i], beta.AsSpan(0, i), beta.AsSpan(0, i));
        }

        return true;
    }
}
