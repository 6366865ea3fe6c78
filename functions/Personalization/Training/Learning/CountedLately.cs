namespace Personalization.Training.Learning;

/// <summary>
/// How many people met each item lately, then how many ever did: the same for everybody. What is in fashion now is what a model
/// has to be better than.
/// </summary>
public sealed class CountedLately : IRecommender
{
    private readonly float[] scores;

    private CountedLately(float[] scores) => this.scores = scores;

    public string Name => "popularity-lately";

    /// <param name="seconds">Lately is so long before the latest meeting there is.</param>
    public static CountedLately Learn(IReadOnlyCollection<Meeting> meetings, int people, int items, long seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 1);
        var from = meetings.Count > 0 ? meetings.Max(m => m.At) - seconds : 0;
        var (ever, lately) = (new float[items], new float[items]);
        Counted.Learn(Meeting.Together(meetings, people, items)).Score([], [], ever);
        Counted.Learn(Meeting.Together(meetings.Where(m => m.At > from), people, items)).Score([], [], lately);
        // Below one, so that it only decides between items that were met by as many lately.
        var most = items > 0 ? ever.Max() : 0;
        for (var item = 0; item < items; item++) lately[item] += ever[item] / (most + 1);
        return new(lately);
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores) => this.scores.CopyTo(scores);
}
