using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy;

/// <param name="Name">What is counted; known to everybody, whoever is in it.</param>
/// <param name="People">How many different people.</param>
public readonly record struct CountOfPeople(string Name, int People);

/// <param name="Value">Null where it is too small to be told.</param>
/// <param name="Noise">σ of the noise in it; 0 for an exact one.</param>
public readonly record struct ReleasedCount(string Name, long? Value, int Noise);

/// <summary>The gate that counts of people pass on their way out: cohorts, segments, reports.</summary>
public static class Release
{
    /// <summary>The usual k: of fewer people nothing is told.</summary>
    public const int FewestPeople = 20;

    /// <summary>
    /// Exact counts, but of fewer than k people none. A count of nobody is kept back like any small one: that nobody is there tells
    /// something too. Keeps single people out of sight of whoever sees one report; not of whoever compares two, which only noise does.
    /// </summary>
    public static IReadOnlyList<ReleasedCount> AtLeast(int k, IReadOnlyList<CountOfPeople> counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 2);
        return [.. counts.Select(c => new ReleasedCount(c.Name, c.People >= k ? c.People : null, 0))];
    }

    /// <summary>Counts with noise, paid for by a permit; those that are below k with their noise are kept back, which costs nothing more.</summary>
    /// <param name="each">In how many of the counts one person is, at most: they move all of them by √each together.</param>
    public static IReadOnlyList<ReleasedCount> WithNoise(int k, IReadOnlyList<CountOfPeople> counts, int each, Permit permit, CancellationToken stop) =>
        WithNoise(k, counts, each, permit, NoiseSource.Secure, stop);

    internal static IReadOnlyList<ReleasedCount> WithNoise(int k, IReadOnlyList<CountOfPeople> counts, int each, Permit permit, NoiseSource source, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(each, 1);
        var sigma = NoiseSource.Sigma(Math.Sqrt(Math.Min(each, Math.Max(1, counts.Count))), permit.Take(1));
        var sums = counts.Select(c => (long)c.People).ToArray();
        source.Add(sums, sigma, new() { MaxDegreeOfParallelism = 1, CancellationToken = stop });
        return [.. counts.Select((c, i) => new ReleasedCount(c.Name, sums[i] >= k ? sums[i] : null, sigma))];
    }
}
