using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Evaluating;

/// <summary>A model that scores as it is told, by what somebody met.</summary>
internal sealed class Scored(string name, Func<int[], int, float> score) : IRecommender
{
    public string Name => name;

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var met = items.ToArray();
        for (var i = 0; i < scores.Length; i++) scores[i] = score(met, i);
    }

    /// <summary>The same scores for everybody.</summary>
    public static Scored As(string name, params float[] scores) => new(name, (_, item) => scores[item]);
}

/// <summary>Splits and options that are small enough to be computed by hand.</summary>
internal static class Small
{
    /// <summary>Before 10 is learned from.</summary>
    public static Split Of(int people, int items, params (int Person, int Item, int At)[] met) =>
        Split.At([.. met.Select(m => new Meeting(m.Person, m.Item, m.At, 1))], people, items, 10);

    public static EvaluationOptions Options { get; } = EvaluationOptions.Default with { Cuts = [1, 2], Shown = 2, Resamples = 200, SmallestGroup = 0 };

    public static EvaluationReport Run(Split split, Asked asked, params Contender[] contenders) =>
        Evaluation.Run(contenders, split, asked, null, Options, 1, default);

    /// <summary>People of a shop: who they are decides what they like, and some of it is left for later.</summary>
    public static Split Shop(int people, int items, int seed)
    {
        var chance = new Random(seed);
        var met = new List<Meeting>();
        for (var p = 0; p < people; p++)
        {
            for (var i = 0; i < 12; i++)
                met.Add(new(p, ((p * 7) + (int)(items * Math.Pow(chance.NextDouble(), 2))) % items, chance.Next(0, 15), 1));
        }

        return Split.At(met, people, items, 10);
    }
}
