using System.Security.Cryptography;
using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>People who met items, drawn, and every family that learns from them.</summary>
internal static class Shops
{
    public static readonly Folding Folding = new(0.1f, 0.02f, 0.5f, 0.5f);

    /// <summary>Families by name, small enough for tests; each as tuning makes it.</summary>
    public static IRecommender Learn(string family, Interactions people, int threads = 2, ulong seed = 1) => family switch
    {
        "als" => AlternatingSquares.Learn(people, new(16, Folding, 5, Seed: seed), threads, default),
        "als exact" => AlternatingSquares.Learn(people, new(16, Folding, 5, 0, seed), threads, default),
        "ease" => ItemRegression.Learn(people, 5, 0.5f, 20, threads, default),
        "graph" => GraphFilter.Learn(people, 8, 0.3f, 20, seed, threads, default),
        "cooccurrence" => CoOccurrence.Learn(people, 5, 0.5f, 20, threads, default),
        "blend" => new Blend((Neighbours)Learn("ease", people, threads, seed), (Factors)Learn("als", people, threads, seed), 0.4f),
        "popularity" => Counted.Learn(people),
        "repeat" => Repeated.Learn(people),
        _ => throw new ArgumentException("no such family", nameof(family)),
    };

    /// <summary>Each likes one part of the catalogue most; weights from 1 to 5.</summary>
    public static (int Item, float Weight)[][] Rows(int people, int items, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, people).Select(p => Enumerable.Range(0, random.Next(1, 15))
            .Select(_ => (((p % 5 * items / 5) + (int)(items * Math.Pow(random.NextDouble(), 3))) % items, 1 + (4 * random.NextSingle()))).ToArray())];
    }

    public static Interactions Drawn(int people, int items, int seed) => Interactions.Of(Rows(people, items, seed), items);

    public static FactorModel Served(IRecommender model, int items) => model switch
    {
        Factors f => FactorModel.Of("m", Tests.Models.Learn.At, Tests.Models.Learn.Keys(items), f.Rows(), f.Spectrum, f.Folding),
        Neighbours n => FactorModel.Of("m", Tests.Models.Learn.At, Tests.Models.Learn.Keys(items), n.Near, 1),
        Blend b => FactorModel.Of("m", Tests.Models.Learn.At, Tests.Models.Learn.Keys(items), b.Near.Near, b.Share, Served(b.Vectors, items)),
        _ => throw new ArgumentException("not a model that serves", nameof(model)),
    };

    public static string Hash(IRecommender model, int items) => Convert.ToHexString(SHA256.HashData(ModelFile.Write(Served(model, items))));

    public static float[] Scores(IRecommender model, int items, ReadOnlySpan<int> met, ReadOnlySpan<float> weights)
    {
        var scores = new float[items];
        model.Score(met, weights, scores);
        return scores;
    }
}
