namespace Personalization.Training.Learning;

/// <summary>
/// Who met what and how strongly: row by row, each row's columns rising and each once. A row is a person and a column an item,
/// or the other way round after <see cref="Turned"/>. Immutable.
/// </summary>
public sealed class Interactions
{
    private readonly int[] starts;
    private readonly int[] columns;
    private readonly float[] weights;

    internal Interactions(int[] starts, int[] columns, float[] weights, int width) => (this.starts, this.columns, this.weights, Width) = (starts, columns, weights, width);

    /// <summary>How many rows there are, and how many columns.</summary>
    public int Rows => starts.Length - 1;

    public int Width { get; }

    public int Count => starts[^1];

    public ReadOnlySpan<int> ColumnsOf(int row) => columns.AsSpan(starts[row], starts[row + 1] - starts[row]);

    public ReadOnlySpan<float> WeightsOf(int row) => weights.AsSpan(starts[row], starts[row + 1] - starts[row]);

    /// <summary>How many pairs stand before a row.</summary>
    public int Before(int row) => starts[row];

    /// <param name="rows">One for each person: what they met, as <see cref="InteractionsBuilder.Add"/> takes it.</param>
    /// <param name="width">How many items there are.</param>
    public static Interactions Of(IEnumerable<IEnumerable<(int Item, float Weight)>> rows, int width)
    {
        var builder = new InteractionsBuilder(width);
        foreach (var row in rows) builder.Add(row.ToArray());
        return builder.Build();
    }

    /// <summary>The same by column.</summary>
    public Interactions Turned()
    {
        var next = new int[Width + 1];
        foreach (var column in columns.AsSpan(0, Count)) next[column + 1]++;
        for (var c = 0; c < Width; c++) next[c + 1] += next[c];
        var (turnedStarts, turnedColumns, turnedWeights) = (next[..], new int[Count], new float[Count]);
        for (var row = 0; row < Rows; row++)
        {
            for (var at = starts[row]; at < starts[row + 1]; at++)
            {
                var to = next[columns[at]]++;
                (turnedColumns[to], turnedWeights[to]) = (row, weights[at]);
            }
        }

        return new(turnedStarts, turnedColumns, turnedWeights, Rows);
    }
}
