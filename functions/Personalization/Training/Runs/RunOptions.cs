using Personalization.Models.Rollouts;

namespace Personalization.Training.Runs;

/// <summary>How training runs are done.</summary>
/// <param name="Threads">Of the processor; the rest is for calls.</param>
/// <param name="Held">Of everybody's last items, how many a model has to find.</param>
/// <param name="PromoteTo">Where a model goes that was trained, if its gates hold.</param>
public sealed record RunOptions(GatheringOptions Gathering, int Threads, int Held, int Seed, PromoteTo PromoteTo, double CanaryShare)
{
    private const int MostThreads = 256;

    public static RunOptions Read(Settings s) => new(
        GatheringOptions.Read(s),
        s.Int("Training:Threads", Math.Max(1, Environment.ProcessorCount / 2), 1, MostThreads, "threads that train; the result is the same with any number"),
        s.Int("Training:HeldOut", 2, 1, 20, "of everybody's last items, how many a model is evaluated by finding"),
        s.Int("Training:Seed", 1, 0, int.MaxValue, "what training draws by chance is drawn from it"),
        s.Choice("Training:PromoteTo", PromoteTo.Champion, "where a trained model goes if its gates hold"),
        s.Double("Training:CanaryShare", 0.1, 0.001, 1, "share of the people that get a trained model that goes to canary"));
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
