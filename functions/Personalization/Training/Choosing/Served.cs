using System.Collections.Concurrent;
using Personalization.Models;
using Personalization.Profiles;
using Personalization.Training.Learning;

namespace Personalization.Training.Choosing;

/// <summary>
/// A model file asked as decisions ask it, with the code they use. Of somebody who met more than decisions know of, what they met
/// most counts; of the rest, nothing is known when a decision is made.
/// </summary>
/// <param name="keys">A key for each item that is asked for.</param>
public sealed class Served(FactorModel model, IReadOnlyList<ulong> keys) : IRecommender
{
    private readonly int[] places = [.. keys.Select(model.PlaceOf)];
    private readonly ConcurrentBag<Taste> free = [];

    public string Name => model.Name;

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var known = new List<(int Place, float Weight)>();
        for (var i = 0; i < items.Length; i++)
            if (places[items[i]] >= 0 && weights[i] > 0) known.Add((places[items[i]], weights[i]));
        if (known.Count > RecentItems.Kept) known = [.. known.OrderByDescending(k => k.Weight).Take(RecentItems.Kept)];
        if (!free.TryTake(out var taste)) taste = new();
        taste.Begin(model, [.. known.Select(k => k.Place)], [.. known.Select(k => k.Weight)]);
        for (var item = 0; item < scores.Length; item++) scores[item] = taste.Speaks && places[item] >= 0 ? taste.At(places[item]) : 0;
        taste.Clear();
        free.Add(taste);
    }
}
