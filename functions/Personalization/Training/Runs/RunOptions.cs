using Personalization.Training.Drifting;
using Personalization.Training.Ordering;

namespace Personalization.Training.Runs;

/// <summary>How training runs are done.</summary>
/// <param name="Threads">Of the processor; the rest is for calls.</param>
/// <param name="Held">Of everybody's last items, how many a model has to find.</param>
/// <param name="MostSquareMegabytes">Families that need a larger square of the items are not tried.</param>
/// <param name="Ranking">How order is learned from decisions.</param>
/// <param name="PromoteTo">Where a model goes that was trained, if its gates hold.</param>
/// <param name="Private">Whether only private models are learned.</param>
public sealed record RunOptions(GatheringOptions Gathering, int Threads, int Held, int Seed, PromoteTo PromoteTo, double CanaryShare, int MostSquareMegabytes, LoggedOptions Ranking, DriftOptions Drift, PrivateRunOptions Private)
{
    private const int MostThreads = 256;

    /// <summary>How many threads train.</summary>
    public int Processors => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount / 2);

    public static RunOptions Read(Settings s)
    {
        var read = All(s);
        // Order is not learned with noise, so beside private models it would be what tells of people.
        return read.Private.On ? read with { Ranking = read.Ranking with { Days = 0 } } : read;
    }

    private static RunOptions All(Settings s) => new(
        GatheringOptions.Read(s),
        s.Int("Training:Threads", 0, 0, MostThreads, "threads that train, with the same result for any number; 0 for half of the processor's"),
        s.Int("Training:HeldOut", 2, 1, 20, "of everybody's last items, how many a model is evaluated by finding"),
        s.Int("Training:Seed", 1, 0, int.MaxValue, "what training draws by chance is drawn from it"),
        s.Choice("Training:PromoteTo", PromoteTo.Champion, "where a trained model goes if its gates hold"),
        s.Double("Training:CanaryShare", 5, 0.01, 50, "of a hundred people, how many get a trained model that goes to canary"),
        s.Int("Training:MostSquareMegabytes", 256, 1, 2000, "families that need a larger square of the items are not tried; 256 is 8,000 items"),
        LoggedOptions.Read(s),
        DriftOptions.Read(s),
        PrivateRunOptions.Read(s));
}

/// <summary>Where a trained model goes by itself.</summary>
public enum PromoteTo
{
    /// <summary>Nowhere: an operator promotes.</summary>
    Candidate,
    Shadow,
    Canary,
    Champion,
}
