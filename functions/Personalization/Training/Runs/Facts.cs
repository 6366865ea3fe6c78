using System.Globalization;
using Personalization.Models.Registry;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;
using Personalization.Training.Privacy.Learning;

namespace Personalization.Training.Runs;

/// <summary>What a training run says of its model, for the card and the gates.</summary>
internal static class Facts
{
    /// <summary>The parameter under which a card has the whole recipe, so that a later run can learn by it again.</summary>
    public const string Recipe = "recipe";

    /// <summary>The parameters under which a card has how many items are in the model by what they are like alone, and how much such guesses are worth.</summary>
    private const string NewItems = "newItems";
    private const string OfVectors = "newItemsWorthVectors";
    private const string OfNear = "newItemsWorthNeighbours";

    private const string Purpose = "Orders what one person is shown or finds by what they met lately; with their consent to personalization.";
    private const string Limits = "Of items that nobody or hardly anybody met when it was trained it knows what the catalogue says, or nothing; what it is worth was not measured on these. Not for prices, for who is offered what terms, or for anything about a person but their taste.";

    private const string PrivateLimits = Limits
        + " Speaks of popular items only. What is private is its file; the numbers in this card that were counted or measured, people and metrics, are not, and are for staff.";

    public static ModelFacts Of(PrivatelyTrained trained, TrainingData data, long seed, string codeVersion) => new(
        Window(data, trained.NewItems.People), seed, codeVersion, "private", Parameters(trained.Card), Metrics(trained.NewItems.Contenders[0]), "training", Purpose, PrivateLimits)
    {
        Epsilon = trained.Card.Epsilon, Delta = trained.Card.Delta,
    };

    public static ModelFacts Of(Trained trained, TrainingData data, ulong seed, string champion, string codeVersion) => new(
        Window(data, trained.NewItems.People), (long)seed, codeVersion,
        trained.Recipe.ToString().Split(' ')[0], Parameters(trained), Metrics(trained.NewItems.Contenders[0]), "training", Purpose, Limits)
    {
        Against = trained.NewItems.Contenders.FirstOrDefault(c => c.Name == Trainer.Champion) is { } other ? new(champion, Metrics(other)) : null,
    };

    private static Dictionary<string, string> Parameters(Trained trained) => new(StringComparer.Ordinal)
    {
        [Recipe] = trained.Recipe.ToString(),
        [NewItems] = trained.Placed.New.ToString(CultureInfo.InvariantCulture),
        [OfVectors] = trained.Placed.Vectors.ToString("0.###", CultureInfo.InvariantCulture),
        [OfNear] = trained.Placed.Near.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static TrainingWindow Window(TrainingData data, long people) => new(At(data.Meetings[0].At), At(data.Meetings[^1].At), people, data.Items, data.Meetings.Count);

    private static Dictionary<string, string> Parameters(PrivateCard card) => new(StringComparer.Ordinal)
    {
        [Recipe] = card.ToString(), ["rho"] = Text(card.Rho), ["items"] = Text(card.Items), ["itemsOfOnePerson"] = Text(card.MostEach), ["sigmaOfCounts"] = Text(card.CountNoise), ["sigmaOfPairs"] = Text(card.MainNoise),
    };

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

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
