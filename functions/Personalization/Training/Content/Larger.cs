using Personalization.Models;

namespace Personalization.Training.Content;

/// <summary>A model with guesses in it. What it says of all other items does not change.</summary>
internal static class Larger
{
    /// <param name="keys">Of the items that come to it.</param>
    /// <param name="places">Of all items that are guessed, in the larger model.</param>
    /// <param name="vectors">Of these; null where they stay as they are, or there are none.</param>
    /// <param name="near">How strongly items speak for each of them; null likewise.</param>
    public static FactorModel Of(FactorModel model, ulong[] keys, int[] places, Part[]? vectors, Part[]? near)
    {
        ulong[] all = [.. model.Keys, .. keys];
        var larger = model.Spectrum.Length == 0 ? null : Vectors(model, all, places, vectors ?? []);
        return model.NearShare == 0 ? larger! : FactorModel.Of(model.Name, model.TrainedAt, all, Near(model.Near, all.Length, near is null ? [] : places, near ?? []), model.NearShare, larger);
    }

    /// <summary>
    /// Folding in weighs the background, and λ, by all items. That both stay what training had, the background is divided by as
    /// much as there are more of them, and the spectrum multiplied.
    /// </summary>
    private static FactorModel Vectors(FactorModel model, ulong[] keys, int[] places, Part[] vectors)
    {
        var (dimensions, more) = (model.Spectrum.Length, (double)keys.Length / model.Count);
        var rows = new float[keys.Length * dimensions];
        model.Vectors.All.CopyTo(rows);
        for (var i = 0; i < vectors.Length; i++) vectors[i].Values.CopyTo(rows.AsSpan(places[i] * dimensions));
        var spectrum = Array.ConvertAll(model.Spectrum.ToArray(), s => (float)(s * more));
        return FactorModel.Of(model.Name, model.TrainedAt, keys, rows, spectrum, model.Folding with { Background = (float)(model.Folding.Background / more) });
    }

    private static Neighbourhood Near(Neighbourhood near, int items, int[] places, Part[] columns)
    {
        var (guessed, starts, spoken) = (new bool[items], new int[items + 1], Spoken.Of(items, places, columns));
        foreach (var place in places) guessed[place] = true;
        for (var row = 0; row < items; row++) starts[row + 1] = checked(starts[row] + spoken.OthersOf(row).Length + (row < near.Items ? Learned(near, row, guessed) : 0));
        var (others, strengths) = (new int[starts[^1]], new float[starts[^1]]);
        for (var row = 0; row < items; row++)
        {
            var at = starts[row];
            spoken.OthersOf(row).CopyTo(others.AsSpan(at));
            spoken.StrengthsOf(row).CopyTo(strengths.AsSpan(at));
            at += spoken.OthersOf(row).Length;
            for (var from = row < near.Items ? near.Starts[row] : 0; row < near.Items && from < near.Starts[row + 1]; from++)
                if (!guessed[near.Others[from]]) (others[at], strengths[at++]) = (near.Others[from], near.Strengths[from]);
            Array.Sort(others, strengths, starts[row], starts[row + 1] - starts[row]);
        }

        return Neighbourhood.Of(starts, others, strengths, near.Slope);
    }

    /// <summary>Of how many an item goes on saying what was learned.</summary>
    private static int Learned(Neighbourhood near, int row, bool[] guessed)
    {
        var count = 0;
        foreach (var other in near.OthersOf(row)) count += guessed[other] ? 0 : 1;
        return count;
    }
}
