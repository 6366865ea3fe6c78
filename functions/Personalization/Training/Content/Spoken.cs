namespace Personalization.Training.Content;

/// <summary>
/// How strongly each item speaks for those that are guessed: their columns, row by row. Of each row the strongest so many, as a
/// decision goes through the rows of all that somebody met: of a shop where much is new and little was met, each would have thousands.
/// </summary>
internal sealed class Spoken
{
    public const int Most = 1_000;

    private readonly int[] starts;
    private readonly int[] ends;
    private readonly int[] others;
    private readonly float[] strengths;

    private Spoken(int[] starts, int[] ends, int[] others, float[] strengths) => (this.starts, this.ends, this.others, this.strengths) = (starts, ends, others, strengths);

    public ReadOnlySpan<int> OthersOf(int row) => others.AsSpan(starts[row]..ends[row]);

    public ReadOnlySpan<float> StrengthsOf(int row) => strengths.AsSpan(starts[row]..ends[row]);

    /// <param name="items">How many rows there are.</param>
    /// <param name="places">Of the item that each column is of.</param>
    public static Spoken Of(int items, int[] places, Part[] columns)
    {
        var from = new int[items + 1];
        foreach (var column in columns)
            foreach (var row in column.Rows) from[row + 1]++;
        for (var row = 0; row < items; row++) from[row + 1] = checked(from[row + 1] + from[row]);
        var (to, spoken, said) = (from[..^1], new int[from[^1]], new float[from[^1]]);
        for (var i = 0; i < columns.Length; i++)
        {
            for (var n = 0; n < columns[i].Rows.Length; n++)
            {
                var at = to[columns[i].Rows[n]]++;
                (spoken[at], said[at]) = (places[i], columns[i].Values[n]);
            }
        }

        for (var row = 0; row < items; row++) to[row] = from[row] + Columns.Strongest(spoken.AsSpan(from[row]..to[row]), said.AsSpan(from[row]..to[row]), Most);
        return new(from, to, spoken, said);
    }
}
