using System.Globalization;
using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Training.Choosing;

/// <summary>One way to learn a model: a family and its parameters. Learning twice from the same people gives the same model.</summary>
public abstract record Recipe
{
    /// <summary>Threads change how long it takes, and nothing else.</summary>
    public abstract IRecommender Learn(Interactions people, ulong seed, int threads, CancellationToken stop);

    /// <summary>As cards and reports have it: the family, then each parameter by its name.</summary>
    public abstract override string ToString();

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else, such as another build's.</summary>
    public static Recipe? Parse(string text)
    {
        if (text.StartsWith("blend ", StringComparison.Ordinal))
        {
            var (of, and) = (text.IndexOf(" of ", StringComparison.Ordinal), text.IndexOf(" and ", StringComparison.Ordinal));
            return of > 0 && and > of && Numbers(text[..of]) is { } own && own.TryGetValue("share", out var share)
                && Parse(text[(of + 4)..and]) is NearRecipe near && Parse(text[(and + 5)..]) is VectorRecipe vectors ? new BlendRecipe(near, vectors, share) : null;
        }

        try
        {
            return Numbers(text) is not { } n ? null : text.Split(' ')[0] switch
            {
                "als" => new VectorRecipe((int)n["dimensions"], new(n["background"], n["regularisation"], n["scaling"], n["slope"]), (int)n["sweeps"]),
                "ease" => new RegressionRecipe(n["lambda"], n["slope"], (int)n["kept"]),
                "graph" => new GraphRecipe((int)n["waves"], n["share"], (int)n["kept"]),
                "cooccurrence" => new CoOccurrenceRecipe(n["shrink"], n["slope"], (int)n["kept"]),
                _ => null,
            };
        }
        catch (KeyNotFoundException) { return null; }
    }

    private static Dictionary<string, float>? Numbers(string text)
    {
        var numbers = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (var part in text.Split(' ').Skip(1))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || !float.TryParse(part.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return null;
            numbers[part[..at]] = value;
        }

        return numbers;
    }

    protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Vectors by alternating squares.</summary>
public sealed record VectorRecipe(int Dimensions, Folding Folding, int Sweeps = 15) : Recipe
{
    public override Factors Learn(Interactions people, ulong seed, int threads, CancellationToken stop) =>
        AlternatingSquares.Learn(people, new(Dimensions, Folding, Sweeps, Seed: seed), threads, stop);

    public override string ToString() =>
        Text($"als dimensions={Dimensions} background={Folding.Background} regularisation={Folding.Regularisation} scaling={Folding.Scaling} slope={Folding.Slope} sweeps={Sweeps}");
}

/// <summary>Something that learns what items say of each other.</summary>
public abstract record NearRecipe : Recipe
{
    public abstract override Neighbours Learn(Interactions people, ulong seed, int threads, CancellationToken stop);
}

public sealed record RegressionRecipe(float Lambda, float Slope, int Kept) : NearRecipe
{
    public override Neighbours Learn(Interactions people, ulong seed, int threads, CancellationToken stop) => ItemRegression.Learn(people, Lambda, Slope, Kept, threads, stop);

    public override string ToString() => Text($"ease lambda={Lambda} slope={Slope} kept={Kept}");
}

public sealed record GraphRecipe(int Waves, float Share, int Kept) : NearRecipe
{
    public override Neighbours Learn(Interactions people, ulong seed, int threads, CancellationToken stop) => GraphFilter.Learn(people, Waves, Share, Kept, seed, threads, stop);

    public override string ToString() => Text($"graph waves={Waves} share={Share} kept={Kept}");
}

public sealed record CoOccurrenceRecipe(float Shrink, float Slope, int Kept) : NearRecipe
{
    public override Neighbours Learn(Interactions people, ulong seed, int threads, CancellationToken stop) => CoOccurrence.Learn(people, Shrink, Slope, Kept, threads, stop);

    public override string ToString() => Text($"cooccurrence shrink={Shrink} slope={Slope} kept={Kept}");
}

/// <param name="Share">How much the neighbours count, from 0 to 1.</param>
public sealed record BlendRecipe(NearRecipe Near, VectorRecipe Vectors, float Share) : Recipe
{
    public override Blend Learn(Interactions people, ulong seed, int threads, CancellationToken stop) =>
        new(Near.Learn(people, seed, threads, stop), Vectors.Learn(people, seed, threads, stop), Share);

    public override string ToString() => Text($"blend share={Share} of {Near} and {Vectors}");
}
