using System.Collections.Frozen;
using Personalization.Decisions.Scoring;

namespace Personalization.Models;

/// <summary>
/// A trained model as decisions read it: a vector for each item, or what each item says of others, or both, and nothing about
/// anybody. Whoever asks gets a vector of their own for the moment, from what they met lately. Immutable.
/// </summary>
/// <remarks>
/// Vectors are turned so that Σ y·yᵀ over all items is a diagonal, the <see cref="Spectrum"/>: no product of two vectors
/// changes by that, and a person's vector is found without a matrix of the items.
/// </remarks>
public sealed class FactorModel
{
    /// <summary>What serves while no model is promoted.</summary>
    public static readonly FactorModel None = new("none", default, [], [], [], default);

    private readonly FrozenDictionary<ulong, int> places;
    private readonly ulong[] keys;
    private readonly float[] spectrum;

    private FactorModel(string name, DateTimeOffset trainedAt, ulong[] keys, ReadOnlySpan<float> rows, float[] spectrum, Folding folding, Neighbourhood? near = null, float share = 0)
    {
        (Name, TrainedAt, this.keys, this.spectrum, Folding) = (name, trainedAt, keys, spectrum, folding);
        (Near, NearShare) = (near ?? Neighbourhood.None, share);
        places = keys.Index().ToFrozenDictionary(k => k.Item, k => k.Index);
        Vectors = rows.IsEmpty ? CompactFactors.Of([], FactorShape.DimensionStep) : CompactFactors.Of(rows, spectrum.Length);
    }

    /// <summary>As answers, logs and the registry call it.</summary>
    public string Name { get; }

    /// <summary>Until when what people did is in it.</summary>
    public DateTimeOffset TrainedAt { get; }

    public Folding Folding { get; }

    public CompactFactors Vectors { get; }

    /// <summary>By dimension: Σ of that value's square over all items.</summary>
    public ReadOnlySpan<float> Spectrum => spectrum;

    public int Count => keys.Length;

    /// <summary>What items say of each other; none for a model of vectors alone.</summary>
    public Neighbourhood Near { get; }

    /// <summary>How much what items say of each other counts in a score: 0 for vectors alone, 1 without any.</summary>
    public float NearShare { get; }

    public ReadOnlySpan<ulong> Keys => keys;

    /// <summary>Of vectors as training leaves them.</summary>
    /// <inheritdoc cref="Of"/>
    public static FactorModel Learned(string name, DateTimeOffset trainedAt, ReadOnlySpan<ulong> keys, ReadOnlySpan<float> rows, int dimensions, Folding folding)
    {
        var turned = rows.ToArray();
        return Of(name, trainedAt, keys, turned, Turning.Turn(turned, dimensions), folding);
    }

    /// <summary>Of vectors that are turned already.</summary>
    /// <exception cref="ArgumentException">A value is not finite or below zero where none can be, an item is there twice, or lengths do not fit.</exception>
    public static FactorModel Of(string name, DateTimeOffset trainedAt, ReadOnlySpan<ulong> keys, ReadOnlySpan<float> rows, ReadOnlySpan<float> spectrum, Folding folding)
    {
        if (keys.IsEmpty || !folding.IsValid || rows.Length != (long)keys.Length * spectrum.Length) throw new ArgumentException("not a model", nameof(folding));
        foreach (var value in spectrum)
            if (!float.IsFinite(value) || value < 0) throw new ArgumentException("a sum of squares is not one", nameof(spectrum));
        return new(name, trainedAt, keys.ToArray(), rows, spectrum.ToArray(), folding);
    }

    /// <summary>Of what items say of each other, beside vectors or, where there are none, alone.</summary>
    /// <param name="share">How much it counts, from above 0 to 1.</param>
    /// <inheritdoc cref="Of"/>
    public static FactorModel Of(string name, DateTimeOffset trainedAt, ReadOnlySpan<ulong> keys, Neighbourhood near, float share, FactorModel? vectors = null)
    {
        if (keys.IsEmpty || near.Items != keys.Length || !(share > 0 && share <= 1)) throw new ArgumentException("not a model", nameof(near));
        if (vectors is null) return new(name, trainedAt, keys.ToArray(), [], [], default, near, share);
        if (!keys.SequenceEqual(vectors.keys)) throw new ArgumentException("vectors of other items", nameof(vectors));
        return new(name, trainedAt, vectors.keys, vectors.Vectors.All, vectors.spectrum, vectors.Folding, near, share);
    }

    /// <summary>Where an item's vector is; -1 where the model knows none.</summary>
    public int PlaceOf(ulong item) => places.TryGetValue(item, out var place) ? place : -1;
}
