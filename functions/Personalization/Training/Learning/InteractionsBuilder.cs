namespace Personalization.Training.Learning;

/// <summary>Gathers <see cref="Interactions"/> person by person, without holding anything twice.</summary>
/// <param name="width">How many items there are.</param>
public sealed class InteractionsBuilder(int width)
{
    private readonly List<int> starts = [0];
    private int[] columns = new int[1024];
    private float[] weights = new float[1024];
    private int count;

    /// <summary>
    /// The next person: what they met. What is there twice counts once, with the sum of its weights; a weight that is not a number
    /// above 0 counts as nothing. The span is put in order.
    /// </summary>
    public void Add(Span<(int Item, float Weight)> met)
    {
        met.Sort(static (a, b) => a.Item.CompareTo(b.Item));
        for (var i = 0; i < met.Length;)
        {
            var (item, weight) = (met[i].Item, 0f);
            if ((uint)item >= (uint)width) throw new ArgumentException("an item that is not one of them", nameof(met));
            for (; i < met.Length && met[i].Item == item; i++)
                if (met[i].Weight > 0 && float.IsFinite(met[i].Weight)) weight += met[i].Weight;
            if (weight > 0) Add(item, Math.Min(weight, float.MaxValue));
        }

        starts.Add(count);
    }

    public Interactions Build() => new([.. starts], columns, weights, width);

    private void Add(int item, float weight)
    {
        if (count == columns.Length)
        {
            Array.Resize(ref columns, count * 2);
            Array.Resize(ref weights, count * 2);
        }

        (columns[count], weights[count]) = (item, weight);
        count++;
    }
}
