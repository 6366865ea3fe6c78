using System.Numerics.Tensors;
using Personalization.Catalog;
using Personalization.Decisions.Scoring;
using Personalization.Profiles;

namespace Personalization.Models;

/// <summary>
/// What a model says of items for one person at one moment. Their vector is made from what they met lately and forgotten with
/// the next person. Reused; nothing is allocated after the first.
/// </summary>
public sealed class Taste
{
    // Room for one person's equations, made when a model first asks for it: much of what is decided needs none.
    private FoldIn? fold;
    private FactorModel model = FactorModel.None;

    /// <summary>Whether there is a vector: a model, and something met that it knows.</summary>
    public bool Speaks { get; private set; }

    /// <summary>The person's vector, where there is one.</summary>
    public ReadOnlySpan<float> Vector => Speaks ? fold!.Vector : default;

    public void Clear() => (model, Speaks) = (FactorModel.None, false);

    /// <summary>Folds in what somebody met lately.</summary>
    public void Begin(FactorModel by, RecentItems recent, uint now)
    {
        (model, Speaks) = (by, false);
        if (by.Count == 0) return;
        fold ??= new();
        Speaks = fold.Find(by, recent, now);
    }

    /// <summary>How much an item is to the person's taste, from 0 to 1; 0 where nothing can be said.</summary>
    public float Of(ulong item)
    {
        if (!Speaks || model.PlaceOf(item) is var place && place < 0) return 0;
        var said = TensorPrimitives.Dot(Vector, model.Vectors.Row(place));
        // Values so large that their product is no number say nothing.
        return said > 0 ? Math.Min(said, 1) : 0;
    }

    /// <summary>The items most to the person's taste, best first; says how many.</summary>
    public int Best(Span<Ranked> into) => Speaks ? TopItems.Of(model.Vectors, Vector, [], into) : 0;

    public ItemKey ItemAt(int place) => new(model.Keys[place]);
}
