namespace Personalization.Training.Content;

/// <summary>The column of an item as the items that it is like have it on average. Room for one after the other.</summary>
internal sealed class Guess(Columns columns)
{
    private readonly float[] values = new float[columns.Height];
    private readonly bool[] marks = new bool[columns.Height];
    private readonly List<int> rows = [];

    /// <summary>Where anything was found.</summary>
    public IReadOnlyList<int> Rows => rows;

    public float this[int row] => values[row];

    public void Of(ReadOnlySpan<Alike> alike)
    {
        foreach (var row in rows) (values[row], marks[row]) = (0, false);
        rows.Clear();
        foreach (var one in alike) Add(one.Place, one.Weight);
        if (!columns.OfItems) return;
        // One of them says nothing of itself, so for what it says of the item the others count.
        foreach (var one in alike)
            if (one.Weight < 1) values[one.Place] /= 1 - one.Weight;
    }

    /// <summary>Counts for a share, and what was learned of the item itself for the rest of it.</summary>
    /// <param name="place">Of the item; less than 0 where nothing was learned.</param>
    public void Mix(int place, double share, double learned)
    {
        foreach (var row in rows) values[row] *= (float)share;
        if (place < 0) return;
        Add(place, (float)learned);
        if (columns.OfItems) values[place] = 0;
    }

    private void Add(int place, float weight)
    {
        var at = 0;
        var said = columns.ValuesOf(place);
        foreach (var row in columns.RowsOf(place))
        {
            if (!marks[row]) rows.Add(row);
            (marks[row], values[row]) = (true, values[row] + (weight * said[at++]));
        }
    }
}
