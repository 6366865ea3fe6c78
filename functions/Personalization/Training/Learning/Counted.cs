namespace Personalization.Training.Learning;

/// <summary>How many people met each item: the same for everybody.</summary>
public sealed class Counted : IRecommender
{
    private readonly float[] counts;

    private Counted(float[] counts) => this.counts = counts;

    public string Name => "popularity";

    public static Counted Learn(Interactions people)
    {
        var learned = new Counted(new float[people.Width]);
        for (var row = 0; row < people.Rows; row++)
            foreach (var item in people.ColumnsOf(row)) learned.counts[item]++;
        return learned;
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores) => counts.CopyTo(scores);
}
