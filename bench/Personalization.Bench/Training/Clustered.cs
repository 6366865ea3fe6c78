using Personalization.Training.Learning;

namespace Personalization.Bench.Training;

/// <summary>People who each like two kinds of items, half and a quarter of what they do, and anything for the rest; popularity falls with rank.</summary>
internal static class Clustered
{
    private const int MeanItems = 27;

    /// <summary>A fifth of each person's items comes later than the rest.</summary>
    public static Meeting[] Of(int people, int items, int kinds, int seed)
    {
        var random = new Random(seed);
        var (upTo, meetings, met) = (Sums(items, kinds, random), new List<Meeting>(), new HashSet<int>());
        for (var person = 0; person < people; person++)
        {
            met.Clear();
            var count = Math.Clamp((int)Math.Round(MeanItems * -Math.Log(1 - random.NextDouble())), 2, 300);
            var (first, second) = (random.Next(kinds), random.Next(kinds));
            for (var draw = 0; met.Count < count && draw < 20 * count; draw++)
            {
                var kind = random.NextDouble() switch { < 0.5 => first, < 0.75 => second, _ => kinds };
                met.Add(Item(upTo[kind], random));
            }

            var all = met.ToArray();
            random.Shuffle(all);
            var later = all.Length < 5 ? 0 : all.Length / 5;
            for (var i = 0; i < all.Length; i++) meetings.Add(new(person, all[i], i < later ? 1 : 0, 1));
        }

        return [.. meetings];
    }

    /// <summary>For each kind, and last for all, the weights of items summed up.</summary>
    private static double[][] Sums(int items, int kinds, Random random)
    {
        var sums = Enumerable.Range(0, kinds + 1).Select(_ => new double[items]).ToArray();
        for (var item = 0; item < items; item++)
        {
            var own = random.Next(kinds);
            for (var kind = 0; kind <= kinds; kind++)
                sums[kind][item] = (item > 0 ? sums[kind][item - 1] : 0) + (kind == own || kind == kinds ? 1 / Math.Pow(item + 10, 0.8) : 0);
        }

        return sums;
    }

    private static int Item(double[] upTo, Random random)
    {
        var wanted = random.NextDouble() * upTo[^1];
        var (low, high) = (0, upTo.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (upTo[middle] <= wanted) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
