using Personalization.Catalog;
using Personalization.Models;

namespace Personalization.Training.Content;

/// <summary>A model with places for items that nobody met.</summary>
/// <param name="New">How many these are.</param>
/// <param name="Vectors">How much of items' vectors those like them foretell, from 0 to 1.</param>
/// <param name="Near">The same of what items say of each other.</param>
public sealed record Placed(FactorModel Model, int New, double Vectors, double Near);

/// <summary>
/// Gives items that nobody met a place in a model, by what the catalogue says of them: that of the few well-known items that they
/// are most like, times how well such a guess is borne out where it can be looked up. What hardly anybody met has a place that is
/// learned for a part and guessed for the rest, so that nothing gets lost on the day that the first people meet it.
/// </summary>
internal static class NewItems
{
    /// <summary>Items guessed at once; of more, those with the lowest keys. Each takes about 2 kB until the model is made.</summary>
    private const int Most = 100_000;

    /// <summary>What fewer people met says nothing of others.</summary>
    private const int WellKnown = 5;

    /// <summary>What fewer people met is guessed for a part.</summary>
    private const int HardlyKnown = 20;

    /// <param name="met">By how many people each item of the model was met.</param>
    /// <param name="catalogue">Null where nothing is known of items; then nothing changes.</param>
    public static Placed Place(FactorModel model, int[] met, CatalogueSnapshot? catalogue, int threads, CancellationToken stop)
    {
        if (catalogue is null) return new(model, 0, 0, 0);
        var items = Descriptions.Of(catalogue);
        var places = Array.ConvertAll(items.Items, i => model.PlaceOf(i.Key.Value));
        var people = Array.ConvertAll(places, p => p < 0 ? 0 : met[p]);
        int[] known = [.. Enumerable.Range(0, places.Length).Where(r => people[r] >= WellKnown)];
        int[] strange = [.. Enumerable.Range(0, places.Length).Where(r => people[r] < HardlyKnown && items.Items[r].Item.CanBeShown).Take(Most)];
        var resemblance = Resemblance.Of(items, places, people, known);
        var (vectors, near) = (model.Spectrum.Length > 0 ? Columns.Vectors(model) : null, model.NearShare > 0 ? Columns.Near(model.Near) : null);
        var vectorsWorth = vectors is null ? 0 : Worth.Of(vectors, resemblance, known, threads, stop);
        var nearWorth = near is null ? 0 : Worth.Of(near, resemblance, known, threads, stop);
        if (vectorsWorth + nearWorth == 0) return new(model, 0, 0, 0);
        var guessed = Found(resemblance, strange, r => new(items.Items[r].Key.Value, places[r], people[r], []), threads, stop);
        ulong[] keys = [.. guessed.Where(g => g.Place < 0).Select(g => g.Key)];
        var next = model.Count;
        var larger = Larger.Of(
            model, keys, Array.ConvertAll(guessed, g => g.Place < 0 ? next++ : g.Place),
            vectorsWorth > 0 ? Guesses.Of(vectors!, vectorsWorth, guessed, threads, stop) : null,
            nearWorth > 0 ? Guesses.Of(near!, nearWorth, guessed, threads, stop) : null);
        return new(larger, keys.Length, vectorsWorth, nearWorth);
    }

    /// <summary>Those that are like others.</summary>
    private static Guessed[] Found(Resemblance resemblance, int[] rows, Func<int, Guessed> named, int threads, CancellationToken stop)
    {
        var found = new Guessed[rows.Length];
        Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, resemblance.Begin, (at, _, search) =>
        {
            found[at] = named(rows[at]) with { Alike = search.Find(rows[at]).ToArray() };
            return search;
        }, _ => { });
        return [.. found.Where(f => f.Alike.Length > 0)];
    }
}
