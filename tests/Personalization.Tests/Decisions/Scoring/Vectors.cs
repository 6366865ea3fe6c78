using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

/// <summary>Vectors from a seed, and the plain loops that the kernels must agree with to the bit.</summary>
internal static class Vectors
{
    public static float[] Normal(Random random, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++) values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }

    /// <summary>Items as models make them: some kinds, each around its own middle, a few of them far more popular.</summary>
    public static float[] Trained(Random random, int items, int dimensions)
    {
        var kinds = Enumerable.Range(0, 40).Select(_ => Normal(random, dimensions)).ToArray();
        var rows = Normal(random, items * dimensions);
        for (var place = 0; place < items; place++)
        {
            var (kind, size) = (kinds[random.Next(kinds.Length)], (float)Math.Exp(0.6 * Normal(random, 1)[0]));
            for (var i = 0; i < dimensions; i++) rows[(place * dimensions) + i] = size * (kind[i] + (0.7f * rows[(place * dimensions) + i]));
        }
        return rows;
    }

    public static float Plain(ReadOnlySpan<float> item, ReadOnlySpan<float> person)
    {
        var sum = 0f;
        for (var i = 0; i < person.Length; i++) sum = MathF.FusedMultiplyAdd(person[i], item[i], sum);
        return sum;
    }

    public static Ranked[] Sorted(float[] rows, float[] person, int wanted, Func<int, bool>? leftOut = null) =>
        [.. Enumerable.Range(0, rows.Length / person.Length).Where(place => leftOut?.Invoke(place) != true)
            .Select(place => new Ranked(place, Plain(rows.AsSpan(place * person.Length, person.Length), person)))
            .OrderByDescending(r => r.Score).ThenBy(r => r.Place).Take(wanted)];
}
