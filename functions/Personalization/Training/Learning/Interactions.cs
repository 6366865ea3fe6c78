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
    private readonly int[]? order;

    internal Interactions(int[] starts, int[] columns, float[] weights, int width, int[]? order = null) =>
        (this.starts, this.columns, this.weights, Width, this.order) = (starts, columns, weights, width, order);

    /// <summary>How many rows there are, and how many columns.</summary>
    public int Rows => order?.Length ?? (starts.Length - 1);

    public int Width { get; }

    public int Count => starts[^1];

    public ReadOnlySpan<int> ColumnsOf(int row) => columns.AsSpan(Before(row)..After(row));

    public ReadOnlySpan<float> WeightsOf(int row) => weights.AsSpan(Before(row)..After(row));

    /// <summary>Where a row's pairs begin among all of them.</summary>
    public int Before(int row) => starts[order is null ? row : order[row]];

    private int After(int row) => starts[(order is null ? row : order[row]) + 1];

    /// <param name="rows">One for each person: what they met, as <see cref="InteractionsBuilder.Add"/> takes it.</param>
    /// <param name="width">How many items there are.</param>
    public static Interactions Of(IEnumerable<IEnumerable<(int Item, float Weight)>> rows, int width)
    {
        var builder = new InteractionsBuilder(width);
        foreach (var row in rows) builder.Add(row.ToArray());
        return builder.Build();
    }

    /// <summary>
    /// The same people in an order that is made of what they met alone, and without those who met nothing: sums over them come out
    /// the same to the bit whatever their numbers were, and whoever else was numbered. Shares what it is made of.
    /// </summary>
    public Interactions Ordered()
    {
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => !ColumnsOf(row).IsEmpty)];
        Array.Sort(rows, (a, b) => ColumnsOf(a).SequenceCompareTo(ColumnsOf(b)) is var first && first != 0 ? first : WeightsOf(a).SequenceCompareTo(WeightsOf(b)));
        return new(starts, columns, weights, Width, order is null ? rows : Array.ConvertAll(rows, row => order[row]));
    }

    /// <summary>How many rows each column is in.</summary>
    public int[] PeopleByColumn()
    {
        var people = new int[Width];
        for (var row = 0; row < Rows; row++)
            foreach (var column in ColumnsOf(row)) people[column]++;
        return people;
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
            for (var at = Before(row); at < After(row); at++)
            {
                var to = next[columns[at]]++;
                (turnedColumns[to], turnedWeights[to]) = (row, weights[at]);
            }
        }

        return new(turnedStarts, turnedColumns, turnedWeights, Rows);
    }
}
