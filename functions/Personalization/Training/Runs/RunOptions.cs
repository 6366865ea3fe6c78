using Personalization.Training.Drifting;
using Personalization.Training.Ordering;

namespace Personalization.Training.Runs;

/// <summary>How training runs are done.</summary>
/// <param name="Threads">Of the processor; the rest is for calls.</param>
/// <param name="Held">Of everybody's last items, how many a model has to find.</param>
/// <param name="MostSquareMegabytes">Families that need a larger square of the items are not tried.</param>
/// <param name="Ranking">How order is learned from decisions.</param>
/// <param name="PromoteTo">Where a model goes that was trained, if its gates hold.</param>
public sealed record RunOptions(GatheringOptions Gathering, int Threads, int Held, int Seed, PromoteTo PromoteTo, double CanaryShare, int MostSquareMegabytes, LoggedOptions Ranking, DriftOptions Drift)
{
    private const int MostThreads = 256;

    public static RunOptions Read(Settings s) => new(
        GatheringOptions.Read(s),
        s.Int("Training:Threads", 0, 0, MostThreads, "threads that train, with the same result for any number; 0 for half of the processor's"),
        s.Int("Training:HeldOut", 2, 1, 20, "of everybody's last items, how many a model is evaluated by finding"),
        s.Int("Training:Seed", 1, 0, int.MaxValue, "what training draws by chance is drawn from it"),
        s.Choice("Training:PromoteTo", PromoteTo.Champion, "where a trained model goes if its gates hold"),
        s.Double("Training:CanaryShare", 5, 0.01, 50, "of a hundred people, how many get a trained model that goes to canary"),
        s.Int("Training:MostSquareMegabytes", 256, 1, 2000, "families that need a larger square of the items are not tried; 256 is 8,000 items"),
        LoggedOptions.Read(s),
        DriftOptions.Read(s));
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
