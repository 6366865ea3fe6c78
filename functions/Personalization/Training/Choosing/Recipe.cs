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
