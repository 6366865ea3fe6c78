using Personalization.Training.Learning;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy.Learning;

/// <summary>How many people met each item, with noise: a person counts as v for each of theirs.</summary>
internal static class NoisyCounts
{
    /// <remarks>One person adds v to each of k items: a length of √(k·v²), at most <see cref="BoundedPeople.Whole"/>.</remarks>
    public const double Sensitivity = BoundedPeople.Whole;

    /// <param name="people">As <see cref="BoundedPeople"/> makes them.</param>
    /// <returns>Counts as parts of people, from whole numbers.</returns>
    public static double[] Of(Interactions people, int sigma, NoiseSource source, ParallelOptions how)
    {
        var sums = new long[people.Width];
        for (var person = 0; person < people.Rows; person++)
        {
            var items = people.ColumnsOf(person);
            var values = people.WeightsOf(person);
            for (var i = 0; i < items.Length; i++) sums[items[i]] += (long)values[i];
        }

        source.Add(sums, sigma, how);
        return Array.ConvertAll(sums, s => (double)s / BoundedPeople.Whole);
    }
}
