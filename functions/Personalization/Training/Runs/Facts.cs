using Personalization.Models.Registry;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;

namespace Personalization.Training.Runs;

/// <summary>What a training run says of its model, for the card and the gates.</summary>
internal static class Facts
{
    /// <summary>The parameter under which a card has the whole recipe, so that a later run can learn by it again.</summary>
    public const string Recipe = "recipe";

    private const string Purpose = "Orders what one person is shown or finds by what they met lately; with their consent to personalization.";
    private const string Limits = "Knows nothing of items that nobody met when it was trained. Not for prices, for who is offered what terms, or for anything about a person but their taste.";

    public static ModelFacts Of(Trained trained, TrainingData data, ulong seed, string champion, string codeVersion) => new(
        new(At(data.Meetings[0].At), At(data.Meetings[^1].At), trained.NewItems.People, data.Items, data.Meetings.Count), (long)seed, codeVersion,
        trained.Recipe.ToString().Split(' ')[0], new Dictionary<string, string>(StringComparer.Ordinal) { [Recipe] = trained.Recipe.ToString() }, Metrics(trained.NewItems.Contenders[0]), "training", Purpose, Limits)
    {
        Against = trained.NewItems.Contenders.FirstOrDefault(c => c.Name == Trainer.Champion) is { } other ? new(champion, Metrics(other)) : null,
    };

    /// <summary>By the names that gates have for them.</summary>
    private static List<CardMetric> Metrics(ContenderReport report) =>
        [.. report.Figures.Select(f => new CardMetric(Name(f.Metric), report.NoNumbers > 0 ? double.NaN : f.Value, report.NoNumbers > 0 ? "some scores came out as no number" : f.Why, f.Low, f.High))];

    private static string Name(string metric) => metric switch
    {
        Evaluating.Metrics.CalibrationError => Gates.Calibration,
        Evaluating.Metrics.ExposureGap => Gates.Fairness,
        _ => metric,
    };

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
