using System.Numerics.Tensors;
using Personalization.Decisions.Scoring;
using Personalization.Profiles;

namespace Personalization.Models;

/// <summary>Finds the vector of somebody from what they met lately. Reused; room is made once for the longest vectors there were.</summary>
/// <remarks>
/// With A = background · spectrum + λ, the k items met as rows of Y, their confidences c and Z = Y·A^-½, the vector is
/// A^-½·Zᵀβ where (1/c + Z·Zᵀ) β = 1: k equations instead of one for each dimension. All of it is done in double precision:
/// where λ is weak, single precision would find another vector than training.
/// </remarks>
internal sealed class FoldIn
{
    private const int Most = RecentItems.Kept;

    private readonly float[] vector = new float[FactorShape.MaxDimensions];
    private readonly double[] roots = new double[FactorShape.MaxDimensions];
    private readonly double[] sum = new double[FactorShape.MaxDimensions];
    private readonly double[] system = new double[Most * Most];
    private readonly double[] beta = new double[Most];
    private readonly ulong[] met = new ulong[Most];
    private readonly float[] weights = new float[Most];
    private double[] scaled = [];
    private int dimensions;

    /// <summary>What was found last.</summary>
    public ReadOnlySpan<float> Vector => vector.AsSpan(0, dimensions);

    /// <summary>False where the model knows nothing of what was met, or nothing can be said of it.</summary>
    public bool Find(FactorModel model, RecentItems recent, uint now)
    {
        dimensions = model.Spectrum.Length;
        var k = Take(model, recent.Newest(now, met, weights));
        if (k == 0) return false;
        Scale(model, k);
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j <= i; j++) system[(i * Most) + j] = TensorPrimitives.Dot<double>(Row(i), Row(j));
            system[(i * Most) + i] += 1 / beta[i];
        }

        return Solve(k) && Sum(k);
    }

    private Span<double> Row(int i) => scaled.AsSpan(i * dimensions, dimensions);

    /// <summary>Leaves of what was met only what the model knows, as places.</summary>
    private int Take(FactorModel model, int count)
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

    private void Scale(FactorModel model, int k)
    {
        var known = 0.0;
        for (var i = 0; i < k; i++) known += beta[i];
        var lambda = model.Folding.Lambda(known, model.Count);
        for (var d = 0; d < dimensions; d++) roots[d] = 1 / Math.Sqrt((model.Folding.Background * (double)model.Spectrum[d]) + lambda);
        if (scaled.Length < Most * dimensions) scaled = new double[Most * dimensions];
        for (var i = 0; i < k; i++)
        {
            TensorPrimitives.ConvertSaturating(model.Vectors.Row((int)met[i]), Row(i));
            TensorPrimitives.Multiply(Row(i), roots.AsSpan(0, dimensions), Row(i));
        }
    }

    private bool Sum(int k)
    {
        var u = sum.AsSpan(0, dimensions);
        u.Clear();
        for (var i = 0; i < k; i++) TensorPrimitives.MultiplyAdd(Row(i), beta[i], u, u);
        TensorPrimitives.Multiply(u, roots.AsSpan(0, dimensions), u);
        for (var d = 0; d < dimensions; d++) vector[d] = (float)u[d];
        return float.IsFinite(TensorPrimitives.SumOfMagnitudes(Vector));
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
