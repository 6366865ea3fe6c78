using Personalization.Training.Learning;

namespace Personalization.Bench.Training;

/// <summary>People and items as skewed as shops have them: item popularity falls with its rank, and so does how much people do.</summary>
internal static class Generated
{
    /// <summary>About as many different pairs as asked for.</summary>
    public static Interactions Zipf(int people, int items, int pairs, int seed)
    {
        var random = new Random(seed);
        var upTo = new double[items];
        var sum = 0.0;
        for (var i = 0; i < items; i++) upTo[i] = sum += 1 / Math.Pow(i + 10, 0.9);
        var builder = new InteractionsBuilder(items);
        var (row, left) = (new List<(int, float)>(), pairs);
        var met = new HashSet<int>();
        for (var person = 0; person < people; person++)
        {
            // Long-tailed, and on average what is left for each.
            var mean = (double)left / (people - person);
            var count = Math.Clamp((int)Math.Round(mean * -Math.Log(1 - random.NextDouble())), 1, Math.Min(items / 4, 3000));
            row.Clear();
            met.Clear();
            while (met.Count < count)
            {
                var at = Array.BinarySearch(upTo, random.NextDouble() * sum);
                var item = Math.Min(at < 0 ? ~at : at, items - 1);
                if (met.Add(item)) row.Add((item, random.Next(1, 6)));
            }

            left -= count;
            builder.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(row));
        }

        return builder.Build();
    }
}
