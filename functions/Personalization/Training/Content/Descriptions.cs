using System.Runtime.InteropServices;
using System.Text;
using Personalization.Catalog;

namespace Personalization.Training.Content;

/// <summary>
/// What the items of a catalogue say of themselves: category, brand, price band, attributes, and every word of these but of the
/// price. What fewer say tells more: ln(items / those that say it). Rows are in the order of the items' keys.
/// </summary>
internal sealed class Descriptions
{
    /// <summary>Of what an item has in common with others, the rarest so many are looked at.</summary>
    public const int Most = 32;

    private readonly int[] starts;
    private readonly int[] features;
    private readonly float[] squares;
    private readonly float[] lengths;

    private Descriptions(DescribedItem[] items, int[] starts, int[] features, float[] squares, float[] lengths) =>
        (Items, this.starts, this.features, this.squares, this.lengths) = (items, starts, features, squares, lengths);

    public DescribedItem[] Items { get; }

    /// <summary>How many different features there are that several items have.</summary>
    public int Features => squares.Length;

    public ReadOnlySpan<int> FeaturesOf(int row) => features.AsSpan(starts[row]..starts[row + 1]);

    /// <summary>How much a feature tells, squared.</summary>
    public float Square(int feature) => squares[feature];

    /// <summary>The root of the sum of these squares, over all that the item says; what nobody else says counts once.</summary>
    public float Length(int row) => lengths[row];

    public static Descriptions Of(CatalogueSnapshot catalogue)
    {
        DescribedItem[] items = [.. catalogue.All.OrderBy(i => i.Key.Value)];
        var said = Array.ConvertAll(items, i => Said(i.Item));
        var counts = new Dictionary<ulong, int>();
        foreach (var one in said)
            foreach (var feature in one) CollectionsMarshal.GetValueRefOrAddDefault(counts, feature, out _)++;
        var (numbers, squares, starts, features, lengths) = (new Dictionary<ulong, int>(), new List<float>(), new List<int> { 0 }, new List<int>(), new List<float>());
        foreach (var one in said)
        {
            lengths.Add(Length(one, counts, items.Length));
            // What nobody else says, or everybody, is in common with none in particular.
            foreach (var feature in one.Where(f => counts[f] > 1 && counts[f] < items.Length).OrderBy(f => counts[f]).ThenBy(f => f).Take(Most))
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, feature, out var known);
                if (!known)
                {
                    number = squares.Count;
                    squares.Add((float)Square(counts[feature], items.Length));
                }

                features.Add(number);
            }

            starts.Add(features.Count);
        }

        return new(items, [.. starts], [.. features], [.. squares], [.. lengths]);
    }

    /// <summary>
    /// What nobody else says counts once, however much of it there is: that an item is another one is known, and codes, addresses and
    /// pictures say nothing else. Else an item with enough of them would be like none.
    /// </summary>
    private static float Length(ulong[] said, Dictionary<ulong, int> counts, int items)
    {
        var sum = said.Any(f => counts[f] == 1) ? Square(1, items) : 0;
        foreach (var feature in said)
            if (counts[feature] > 1) sum += Square(counts[feature], items);
        return (float)Math.Sqrt(sum);
    }

    private static double Square(int count, int items) => Math.Pow(Math.Log((double)items / count), 2);

    private static ulong[] Said(Item item)
    {
        var said = new HashSet<ulong>();
        Span<ulong> words = stackalloc ulong[CatalogueTerms.MaxWords];
        foreach (var name in DescribedItem.Names(item))
        {
            said.Add(Term.Of(name.Kind, name.Name).Key);
            if (name.Kind == TermKind.PriceBand) continue;
            // An attribute's own name is in its term; its words are those of the value.
            var text = name.Kind == TermKind.Attribute ? name.Name[(name.Name.IndexOf('=', StringComparison.Ordinal) + 1)..] : name.Name;
            foreach (var word in words[..CatalogueTerms.Words(Encoding.UTF8.GetBytes(text), words)]) said.Add(word);
        }

        // In an order of their own, so that sums are the same whatever order an item says them in.
        return [.. said.Order()];
    }
}
