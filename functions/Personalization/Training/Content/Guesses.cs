namespace Personalization.Training.Content;

/// <summary>Some numbers of a column, by rows that rise.</summary>
internal readonly record struct Part(int[] Rows, float[] Values);

/// <summary>An item that is guessed.</summary>
/// <param name="Place">Where the model has it; -1 where it has not.</param>
/// <param name="People">How many met it.</param>
/// <param name="Alike">What it is like.</param>
internal readonly record struct Guessed(ulong Key, int Place, int People, Alike[] Alike);

/// <summary>Columns of items of which little or nothing was learned.</summary>
internal static class Guesses
{
    /// <summary>What items like it say counts as if so many people more had met it.</summary>
    private const double AsPeople = 5;

    /// <summary>As many items speak for one that is guessed, the strongest.</summary>
    private const int Kept = 100;

    /// <summary>One for each, times what guesses are worth.</summary>
    public static Part[] Of(Columns columns, double worth, Guessed[] items, int threads, CancellationToken stop)
    {
        var parts = new Part[items.Length];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, () => new Guess(columns), (at, _, guess) =>
        {
            var item = items[at];
            var learned = item.People / (item.People + AsPeople);
            guess.Of(item.Alike);
            guess.Mix(item.Place, worth * (1 - learned), learned);
            parts[at] = Strongest(guess, columns.OfItems ? Kept : columns.Height);
            return guess;
        }, _ => { });
        return parts;
    }

    private static Part Strongest(Guess guess, int most)
    {
        int[] rows = [.. guess.Rows];
        var values = Array.ConvertAll(rows, r => guess[r]);
        var kept = Columns.Strongest(rows, values, most);
        Array.Sort(rows, values, 0, kept);
        return new(rows[..kept], values[..kept]);
    }
}
