using System.Numerics.Tensors;
using Personalization.Catalog;
using Personalization.Decisions.Scoring;
using Personalization.Profiles;

namespace Personalization.Models;

/// <summary>
/// What a model says of items for one person at one moment. What it rests on is made from what they met lately and forgotten with
/// the next person. Reused; nothing is allocated after the first.
/// </summary>
public sealed class Taste
{
    private const int Most = RecentItems.Kept;

    // Room for one person's equations, made when a model first asks for it: much of what is decided needs none.
    private FoldIn? fold;
    private NearScores? near;
    private FactorModel model = FactorModel.None;

    /// <summary>Whether anything can be said: there is a model, and something met that it knows.</summary>
    public bool Speaks { get; private set; }

    /// <summary>The person's vector, where there is one.</summary>
    public ReadOnlySpan<float> Vector => Speaks && HasVectors ? fold!.Vector : default;

    private bool HasVectors => model.Spectrum.Length > 0;

    public void Clear() => (model, Speaks) = (FactorModel.None, false);

    /// <summary>Folds in what somebody met lately.</summary>
    public void Begin(FactorModel by, RecentItems recent, uint now)
    {
        (model, Speaks) = (by, false);
        if (by.Count == 0) return;
        Span<int> met = stackalloc int[Most];
        Span<float> weights = stackalloc float[Most];
        var k = Take(recent, now, met, weights);
        Begin(by, met[..k], weights[..k]);
    }

    /// <summary>The same for what was met as places of the model, at most fifty.</summary>
    internal void Begin(FactorModel by, ReadOnlySpan<int> met, ReadOnlySpan<float> weights)
    {
        (model, Speaks) = (by, false);
        if (met.IsEmpty || (HasVectors && !(fold ??= new()).Find(by, met, weights))) return;
        if (by.NearShare > 0) (near ??= new()).Begin(by.Near, met, weights);
        Speaks = true;
    }

    /// <summary>How much an item is to the person's taste, from 0 to 1; 0 where nothing can be said.</summary>
    public float Of(ulong item)
    {
        if (!Speaks || model.PlaceOf(item) is var place && place < 0) return 0;
        var said = At(place);
        // Values so large that their product is no number say nothing.
        return said > 0 ? Math.Min(said, 1) : 0;
    }

    /// <summary>The items most to the person's taste, best first; says how many.</summary>
    public int Best(Span<Ranked> into)
    {
        if (!Speaks) return 0;
        if (model.NearShare == 0) return TopItems.Of(model.Vectors, Vector, [], into);
        if (!HasVectors) return near!.Best(into);
        // What anything was said of is scored whole; among the rest vectors alone decide.
        var keys = near!.Room;
        var count = TopItems.Of(model.Vectors, Vector, near.Marks, into);
        for (var i = 0; i < count; i++) keys[i] = RankKey.Of(At(into[i].Place), into[i].Place);
        foreach (var place in near.Touched)
            if (At(place) is var score && float.IsFinite(score)) keys[count++] = RankKey.Of(score, place);
        var found = Math.Min(count, into.Length);
        Selection.Lowest(keys[..count], found);
        keys[..found].Sort();
        for (var i = 0; i < found; i++) into[i] = new(RankKey.Place(keys[i]), RankKey.Score(keys[i]));
        return found;
    }

    public ItemKey ItemAt(int place) => new(model.Keys[place]);

    /// <summary>The same by place, as it is.</summary>
    internal float At(int place)
    {
        var vectors = HasVectors ? TensorPrimitives.Dot(Vector, model.Vectors.Row(place)) : 0;
        return model.NearShare > 0 ? (model.NearShare * near![place]) + ((1 - model.NearShare) * vectors) : vectors;
    }

    /// <summary>Of what was met lately, newest first, what the model knows, as places.</summary>
    private int Take(RecentItems recent, uint now, Span<int> met, Span<float> weights)
    {
        Span<ulong> items = stackalloc ulong[Most];
        var (count, k) = (recent.Newest(now, items, weights), 0);
        for (var i = 0; i < count; i++)
        {
            if (weights[i] <= 0 || model.PlaceOf(items[i]) is var place && place < 0) continue;
            (met[k], weights[k]) = (place, weights[i]);
            k++;
        }

        return k;
    }
}
